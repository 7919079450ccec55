import { createInterface } from "node:readline";
import { STEP, type CellFailure, type CellReady, type CellStep } from "./cell-protocol.js";
import type { Workload } from "./workload.js";

/** An engine that was started for a cell. */
export interface CellEngine {
  readonly version: string;
  readonly threads: number;
}

/**
 * Serves a cell of the benchmark over this process' stdin and stdout: starts the engine, builds the workload on it and runs it
 * whenever asked to. Resolves when the input ends.
 */
export async function serveCell(start: () => Promise<CellEngine>, build: () => Workload): Promise<void> {
  try {
    const { version, threads } = await start();
    const baselineRssMiB = toMiB(process.memoryUsage.rss());
    const workload = build();
    const { operations, parameters } = workload;
    send({ operations, parameters, baselineRssMiB, threads, version });
    for await (const line of createInterface({ input: process.stdin })) if (line === STEP) send(runOnce(workload));
    workload.dispose();
  } catch (error) {
    send({ error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
}

function runOnce(workload: Workload): CellStep {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  workload.run();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024) };
}

function send(message: CellReady | CellStep | CellFailure): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
