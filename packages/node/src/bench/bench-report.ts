import type { Precision } from "@ssl3d/core";
import { arch, cpus, loadavg, platform, totalmem } from "node:os";

/** One engine on one workload. */
export interface BenchRow {
  readonly engine: string;
  readonly version: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly workload: string;
  readonly msPerStep: Spread;
  /** Median processor time, all threads together: unlike the milliseconds that passed, it does not count waiting for a core. */
  readonly cpuMsPerStep: number;
  /** 1e9 operations of convolutions and matrix products a second, at the median of the time passed. */
  readonly gflops: number;
  /** Largest resident memory of the row's process, MiB. */
  readonly peakRssMiB: number;
  /** Its resident memory before the network was built, MiB. */
  readonly baselineRssMiB: number;
  /** Trained numbers of the network. */
  readonly parameters: number;
}

/** An engine that could not run a workload. */
export interface BenchFailure {
  readonly engine: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly workload: string;
  readonly message: string;
}

/** Where it was measured. */
export interface BenchMachine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly platform: string;
  readonly node: string;
  /** Processes that wanted a core over the last minute when the measurement began: above 1 or so, figures are too slow. */
  readonly load: number;
}

/** What `ssl3d bench --json` prints. */
export interface BenchReport {
  readonly machine: BenchMachine;
  readonly rows: readonly BenchRow[];
  readonly failures: readonly BenchFailure[];
}

/** Smallest, middle and largest value. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of at least one value; the median of an even number is the mean of the middle two. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { min: sorted[0]!, median, max: sorted[sorted.length - 1]! };
}

/** This machine, now. */
export function describeMachine(): BenchMachine {
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
