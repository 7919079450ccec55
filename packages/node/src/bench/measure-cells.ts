import type { Precision } from "@ssl3d/core";
import { freemem } from "node:os";
import { describeMachine, spreadOf, type BenchFailure, type BenchReport, type BenchRow } from "./bench-report.js";
import { startCell, type Cell, type CellCommand } from "./cell.js";
import type { CellStep } from "./cell-protocol.js";

/** A cell of the table to be. */
export interface CellRequest extends CellCommand {
  /** Name for the table. */
  readonly engine: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly workload: string;
  /** Steps measured, after those that warm up. */
  readonly runs: number;
}

/** What passes while cells are measured. */
export interface MeasureOptions {
  /** Steps done, of all. */
  readonly onProgress?: (done: number, all: number) => void;
  /** A sentence to tell: a cell that failed, cells that must wait for memory. */
  readonly onNote?: (text: string) => void;
  /** Free memory in MiB; the machine's. */
  readonly freeMiB?: () => number;
}

interface Running {
  readonly request: CellRequest;
  readonly cell: Cell;
  readonly steps: CellStep[];
  peakRssMiB: number;
}

/** A step may take this many times the memory of the largest cell so far before the next cell is started. */
const MEMORY_RESERVE = 1.5;
/** Steps that warm up go on for this long, but are no more than {@link WARM_UP_STEPS}. */
const WARM_UP_MS = 1000;
const WARM_UP_STEPS = 5;

/**
 * Measures the cells of each workload in turns, one step of each at a time, so that a busy minute of the machine falls on all of
 * them. Each is a process of its own. Where memory does not hold all of them at once, the rest are measured after the first have ended.
 */
export async function measureCells(requests: readonly CellRequest[], options: MeasureOptions = {}): Promise<BenchReport> {
  const { onProgress, onNote, freeMiB = () => freemem() / 2 ** 20 } = options;
  const machine = describeMachine();
  const rows: BenchRow[] = [];
  const failures: BenchFailure[] = [];
  const all = requests.reduce((sum, { runs }) => sum + runs, 0);
  let done = 0;
  const fail = ({ engine, precision, threads, workload }: CellRequest, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    failures.push({ engine, precision, threads, workload, message });
    onNote?.(`${engine} ${precision} on ${workload}: ${message}`);
  };

  // Cells of one workload are what is compared: they take turns together.
  const queues = [...new Set(requests.map(({ workload }) => workload))].map((name) => requests.filter(({ workload }) => workload === name));
  for (const waiting of queues) await measureQueue(waiting);
  const order = (row: BenchRow): number => requests.findIndex((request) => isOf(row, request));
  return { machine, rows: rows.sort((a, b) => order(a) - order(b)), failures };

  async function measureQueue(waiting: CellRequest[]): Promise<void> {
    while (waiting.length > 0) {
      const running = new Set<Running>();
      let largest = 0;
      while (waiting.length > 0 && (running.size === 0 || freeMiB() > MEMORY_RESERVE * largest)) {
        const [request] = waiting.splice(0, 1) as [CellRequest];
        try {
          const cell = await startCell(request);
          const entry = { request, cell, steps: [], peakRssMiB: await orClose(cell, warmUp(cell)) };
          largest = Math.max(largest, entry.peakRssMiB);
          running.add(entry);
        } catch (error) {
          fail(request, error);
        }
      }
      if (waiting.length > 0) onNote?.(`Memory holds ${running.size} networks at once; ${waiting.length} wait until these are measured.`);
      const most = Math.max(0, ...[...running].map(({ request }) => request.runs));
      for (let round = 0; round < most; round++) {
        for (const entry of running) {
          if (round >= entry.request.runs) continue;
          try {
            const step = await orClose(entry.cell, entry.cell.step());
            entry.steps.push(step);
            entry.peakRssMiB = step.peakRssMiB;
            onProgress?.(++done, all);
          } catch (error) {
            running.delete(entry);
            fail(entry.request, error);
          }
        }
      }
      for (const entry of running) {
        rows.push(rowOf(entry));
        await entry.cell.close();
      }
    }
  }
}

/** Leaves no process behind that failed. */
async function orClose<Value>(cell: Cell, value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    await cell.close();
    throw error;
  }
}

/** Runs steps that do not count; the memory that they took. */
async function warmUp(cell: Cell): Promise<number> {
  let passed = 0;
  for (let steps = 1; ; steps++) {
    const { ms, peakRssMiB } = await cell.step();
    passed += ms;
    if (passed >= WARM_UP_MS || steps === WARM_UP_STEPS) return peakRssMiB;
  }
}

function rowOf({ request, cell, steps, peakRssMiB }: Running): BenchRow {
  const { engine, precision, workload } = request;
  const { threads, version, parameters, baselineRssMiB, operations } = cell.ready;
  const msPerStep = spreadOf(steps.map(({ ms }) => ms));
  return {
    engine,
    version,
    precision,
    threads,
    workload,
    msPerStep,
    cpuMsPerStep: spreadOf(steps.map(({ cpuMs }) => cpuMs)).median,
    gflops: operations / msPerStep.median / 1e6,
    peakRssMiB,
    baselineRssMiB,
    parameters,
  };
}

function isOf(row: BenchRow, { engine, precision, threads, workload }: CellRequest): boolean {
  return row.engine === engine && row.precision === precision && row.workload === workload && row.threads === threads;
}
