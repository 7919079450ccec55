import type { BenchFailure, BenchMachine } from "@ssl3d/node";
import type { ComparedRow } from "./compare-rows.js";

/** A Markdown table whose columns line up, so that it reads on a terminal too. The first row is the header. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const widths = header.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** The rows of a section as a table. */
export function resultTable(rows: readonly ComparedRow[]): string {
  const header = [
    "workload",
    "engine",
    "precision",
    "threads",
    "ms a step (min to max)",
    "GFLOP/s",
    "peak MiB (before)",
    "time / PyTorch",
    "memory / PyTorch",
    "x PyTorch default",
  ];
  const ratio = (value: number | undefined): string => (value === undefined ? "-" : value.toFixed(2));
  return markdownTable([
    header,
    ...rows.map(({ row, time, memory, speedUp }) => [
      row.workload,
      row.engine,
      row.precision,
      String(row.threads),
      `${significant(row.msPerStep.median)} (${significant(row.msPerStep.min)} to ${significant(row.msPerStep.max)})`,
      significant(row.gflops),
      `${row.peakRssMiB} (${row.baselineRssMiB})`,
      ratio(time),
      ratio(memory),
      ratio(speedUp),
    ]),
  ]);
}

/** What the ratios of {@link resultTable} mean. */
export const RATIO_LEGEND: string =
  "Medians. time and memory / PyTorch: over PyTorch channels_last_3d in the same precision, below 1 is better; " +
  "x PyTorch default: times as fast as PyTorch float32 in its default layout. Peak: largest resident memory of the row's own process, " +
  "before: the same before the network was built. MONAI's UNet is strided, with one convolution a level: a thirtieth of the operations; " +
  "its BasicUNet is ours but for the first decoder level.";

/** One line for each engine that could not run. */
export function failureLines(failures: readonly BenchFailure[]): string[] {
  return failures.map(({ engine, precision, workload, message }) => `- ${engine} ${precision} on ${workload}: ${message}`);
}

/** Where and when it was measured, one line. */
export function machineLine({ cpu, cores, memoryMiB, node, load }: BenchMachine, date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return `Measured ${day} on ${cores} x ${cpu}, ${Math.round(memoryMiB / 1024)} GiB, Node ${node}; load ${load.toFixed(1)} when it began.`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
