import { fileURLToPath } from "node:url";
import { engineCell, measureCells, type BenchRow, type CellRequest, type Engine, type MeasureOptions } from "@ssl3d/node";
import { markdownTable } from "./markdown.js";
import type { SectionOptions } from "./sections.js";

const PASSES = ["forward", "data-gradient", "filter-gradient"];
const STOCK = "tfjs wasm";
const STOCK_RUNS = 3;

/**
 * Measures the three passes of a convolution on our wasm engine beside tfjs' own backends. The stock ones take seconds for 64^3,
 * so they get smaller volumes: compare GFLOP/s, not milliseconds.
 *
 * @returns the table
 */
export async function measureStock(wasm: Engine, options: SectionOptions, progress: MeasureOptions): Promise<string> {
  const { runs, cwd, bundled } = options;
  const ours = (size: number, pass: string): CellRequest =>
    engineCell(wasm, { workload: `conv-${size}-${pass}`, precision: "float32", threads: 1, runs, cwd, bundled });
  const cells = PASSES.flatMap((pass) => [ours(64, pass), ours(32, pass), stockCell("wasm", `conv-32-${pass}`), stockCell("cpu", `conv-16-${pass}`)]);
  const { rows } = await measureCells(cells, progress);
  return markdownTable([
    ["engine", "workload", "ms", "GFLOP/s", "in CPU time", "x stock wasm"],
    ...rows.map((row) => [
      row.engine,
      row.workload,
      row.msPerStep.median.toFixed(1),
      row.gflops.toFixed(2),
      ((row.gflops * row.msPerStep.median) / row.cpuMsPerStep).toFixed(2),
      ratioToStock(row, rows),
    ]),
  ]);
}

function stockCell(backend: "wasm" | "cpu", workload: string): CellRequest {
  return {
    engine: `tfjs ${backend}`,
    precision: "float32",
    threads: 1,
    workload,
    runs: STOCK_RUNS,
    command: process.execPath,
    args: ["--conditions=ssl3d-source", "--import", import.meta.resolve("tsx"), fileURLToPath(new URL("stock-cell.ts", import.meta.url)), backend, workload],
  };
}

/** GFLOP/s over those of tfjs' own wasm backend in the same pass. */
function ratioToStock(row: BenchRow, rows: readonly BenchRow[]): string {
  const pass = PASSES.find((name) => row.workload.endsWith(`-${name}`)) ?? "";
  const base = rows.find(({ engine, workload }) => engine === STOCK && workload.endsWith(`-${pass}`));
  return base === undefined ? "-" : (row.gflops / base.gflops).toFixed(1);
}
