import { arch, cpus, loadavg, platform, totalmem } from "node:os";
import type { Precision } from "@ssl3d/core";
import { WORKLOADS, type Workload } from "./bench-workloads.js";

/** An engine to measure: a name for the table and how to make it tfjs' current backend. */
export interface BenchEngine {
  readonly name: string;
  readonly precision: Precision;
  readonly threads: number;
  activate(): Promise<unknown>;
}

/** One engine on one workload. */
export interface BenchRow {
  readonly engine: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly workload: string;
  readonly msPerStep: { readonly min: number; readonly median: number; readonly max: number };
  /** Median processor time, all threads together: unlike the milliseconds that passed, it does not count waiting for a core. */
  readonly cpuMsPerStep: number;
  /** 1e9 operations of convolutions a second, at the median of the time passed. */
  readonly gflops: number;
  /** Largest resident memory of the process so far, in MiB. */
  readonly peakRssMiB: number;
}

/** What `ssl3d bench --json` prints. */
export interface BenchReport {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryMiB: number;
    readonly platform: string;
    readonly node: string;
    /** Processes that wanted a core over the last minute when the measurement began: above 1 or so, figures are too slow. */
    readonly load: number;
  };
  readonly rows: readonly BenchRow[];
}

/** One cell of the table to be. */
export interface BenchTask {
  readonly engine: BenchEngine;
  /** Name of a workload in `WORKLOADS`. */
  readonly workload: string;
  /** Measured runs, after one that is not counted. */
  readonly runs: number;
}

/**
 * Measures tasks in turns, one run of each at a time, so that a busy minute of the machine falls on all of them.
 * Changes tfjs' current backend.
 *
 * @throws RangeError for a workload that does not exist.
 */
export async function bench(tasks: readonly BenchTask[], onProgress: (done: number, all: number) => void = () => undefined): Promise<BenchReport> {
  const machine = describeMachine();
  const running: { task: BenchTask; workload: Workload; milliseconds: number[]; cpuMilliseconds: number[]; peakRssMiB: number }[] = [];
  const all = tasks.reduce((sum, { runs }) => sum + runs, 0);
  for (const task of tasks) {
    const plan = WORKLOADS.find(({ name }) => name === task.workload);
    if (plan === undefined) throw new RangeError(`Unknown workload "${task.workload}"; there are ${WORKLOADS.map(({ name }) => name).join(", ")}.`);
    await task.engine.activate();
    const workload = plan.build();
    workload.run();
    running.push({ task, workload, milliseconds: [], cpuMilliseconds: [], peakRssMiB: 0 });
  }
  let done = 0;
  const most = Math.max(0, ...tasks.map(({ runs }) => runs));
  for (let round = 0; round < most; round++) {
    for (const cell of running.filter(({ task }) => round < task.runs)) {
      await cell.task.engine.activate();
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      cell.workload.run();
      cell.milliseconds.push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      cell.cpuMilliseconds.push((user + system) / 1000);
      cell.peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
      onProgress(++done, all);
    }
  }
  const rows: BenchRow[] = [];
  for (const { task, workload, milliseconds, cpuMilliseconds, peakRssMiB } of running) {
    await task.engine.activate();
    workload.dispose();
    const { engine } = task;
    const sorted = milliseconds.sort((a, b) => a - b);
    const median = medianOf(sorted);
    rows.push({
      engine: engine.name,
      precision: engine.precision,
      threads: engine.threads,
      workload: task.workload,
      msPerStep: { min: sorted[0] ?? NaN, median, max: sorted[sorted.length - 1] ?? NaN },
      cpuMsPerStep: medianOf(cpuMilliseconds.sort((a, b) => a - b)),
      gflops: workload.operations / median / 1e6,
      peakRssMiB,
    });
  }
  return { machine, rows };
}

function medianOf(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1] ?? NaN;
}

function describeMachine(): BenchReport["machine"] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    platform: `${platform()} ${arch()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}
