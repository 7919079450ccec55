import type { BenchReport, StepPart, StepProfile, WorkloadPlan } from "@ssl3d/node";
import { formatTable } from "./table.js";

/** The table of `ssl3d bench`. */
export function formatBench({ machine, rows }: BenchReport, plan: WorkloadPlan): string {
  const header = ["engine", "precision", "threads", "ms a step (range)", "GFLOP/s", "memory MiB"];
  const lines = rows.map(({ engine, precision, threads, msPerStep: { min, median, max }, gflops, peakRssMiB }) => [
    engine,
    precision,
    String(threads),
    `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`,
    gflops.toFixed(1),
    String(peakRssMiB),
  ]);
  const where = `${machine.cores} x ${machine.cpu}, load ${machine.load.toFixed(1)}`;
  return `${plan.name} (${plan.summary}) on ${where}\n${formatTable([header, ...lines])}\n`;
}

/** What `ssl3d bench --profile` says of a step. */
export interface ProfileReport extends StepProfile {
  readonly engine: string;
  readonly precision: string;
  readonly threads: number;
  readonly workload: string;
}

/** The tables of `ssl3d bench --profile`. */
export function formatProfile(report: ProfileReport, plan: WorkloadPlan): string {
  const { engine, precision, threads, msPerStep, msPerStepUnprofiled, kernels, outsideKernels, outsideNative, primitives = [] } = report;
  const rest = { name: "outside kernels (JavaScript, tape)", calls: 0, ...outsideKernels };
  const sections = [
    `${plan.name} (${plan.summary}) on ${engine}, ${precision}, ${threads} thread${threads === 1 ? "" : "s"}\n` +
      `${msPerStep.toFixed(1)} ms a step under the clocks, ${msPerStepUnprofiled.toFixed(1)} without`,
    formatParts("kernel", [...kernels, rest]),
    ...(primitives.length > 0 ? [formatParts("native primitive", primitives)] : []),
    ...(outsideNative === undefined
      ? []
      : [`outside native primitives: ${outsideNative.ms.toFixed(1)} ms, ${(100 * outsideNative.share).toFixed(1)} % of the step`]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function formatParts(title: string, parts: readonly StepPart[]): string {
  const rows = parts.map(({ name, calls, ms, share }) => [
    name,
    calls === 0 ? "-" : String(Math.round(calls)),
    ms.toFixed(2),
    (100 * share).toFixed(1),
  ]);
  return formatTable([[title, "calls", "ms", "% of the step"], ...rows]);
}
