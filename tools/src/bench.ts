import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import "@tensorflow/tfjs-backend-cpu";
import { bench, type BenchEngine, type BenchReport, type BenchRow, type BenchTask } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";
import { createWasmEngines } from "./bench-stock.js";

/*
 * Usage: npm run bench [-- --json FILE] [--steps] [--runs N]
 *
 * Convolutions on the wasm engine beside tfjs' stock backends; with --steps also whole U-Net training steps. The stock backends take
 * seconds for 64^3, so they are measured on smaller volumes: compare GFLOP/s, not milliseconds.
 */
const { values } = parseArgs({
  options: { json: { type: "string" }, steps: { type: "boolean", default: false }, runs: { type: "string", default: "7" } },
});
const runs = Number(values.runs);
const PASSES = ["forward", "data-gradient", "filter-gradient"];
const cpu: BenchEngine = { name: "tfjs cpu", precision: "float32", threads: 1, activate: () => tf.setBackend("cpu") };
const { ours, stock } = await createWasmEngines();

const tasks: BenchTask[] = [
  ...PASSES.map((pass) => ({ engine: ours, workload: `conv-64-${pass}`, runs })),
  ...PASSES.map((pass) => ({ engine: ours, workload: `conv-32-${pass}`, runs })),
  ...PASSES.map((pass) => ({ engine: stock, workload: `conv-32-${pass}`, runs: 3 })),
  ...PASSES.map((pass) => ({ engine: cpu, workload: `conv-16-${pass}`, runs: 3 })),
  { engine: ours, workload: "unet-32", runs: 3 },
  ...(values.steps ? [{ engine: ours, workload: "unet-64", runs: 3 }] : []),
];
const report = await bench(tasks, (done, all) => process.stderr.write(`\r${done}/${all}`));
process.stderr.write("\n");
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
console.log(table(report));

function table({ machine, rows }: BenchReport): string {
  const lines = rows.map((row) =>
    [
      row.engine.padEnd(12),
      row.workload.padEnd(24),
      row.msPerStep.median.toFixed(1).padStart(10),
      row.gflops.toFixed(2).padStart(9),
      inCpuTime(row).toFixed(2).padStart(13),
      ratioToStock(row, rows).padStart(9),
    ].join(""),
  );
  return [
    `${machine.cpu}, ${machine.cores} cores, one used; Node ${machine.node}; load ${machine.load.toFixed(1)} at the start`,
    `${"engine".padEnd(12)}${"workload".padEnd(24)}${"ms".padStart(10)}${"GFLOP/s".padStart(9)}${"in CPU time".padStart(13)}${"x stock".padStart(9)}`,
    ...lines,
    `all three passes of conv-64: ${together(rows, ({ gflops }) => gflops).toFixed(1)} GFLOP/s, ${together(rows, inCpuTime).toFixed(1)} in CPU time`,
    "ms and GFLOP/s: medians of the time passed; in CPU time: GFLOP/s over processor time, which leaves out waiting for a busy machine.",
    "x stock: GFLOP/s over those of tfjs' own wasm backend in the same pass (measured on 32^3, since 64^3 takes it many seconds).",
  ].join("\n");
}

function ratioToStock(row: BenchRow, rows: readonly BenchRow[]): string {
  const pass = PASSES.find((name) => row.workload.endsWith(`-${name}`));
  const base = rows.find(({ engine, workload }) => engine === stock.name && pass !== undefined && workload.endsWith(`-${pass}`));
  return base === undefined ? "" : (row.gflops / base.gflops).toFixed(1);
}

/** GFLOP/s over processor time. */
function inCpuTime({ gflops, msPerStep, cpuMsPerStep }: BenchRow): number {
  return (gflops * msPerStep.median) / cpuMsPerStep;
}

/** Throughput of forward, data gradient and filter gradient one after the other: each does the same number of operations. */
function together(rows: readonly BenchRow[], throughput: (row: BenchRow) => number): number {
  const all = rows.filter(({ engine, workload }) => engine === ours.name && workload.startsWith("conv-64-"));
  return all.length / all.reduce((sum, row) => sum + 1 / throughput(row), 0);
}
