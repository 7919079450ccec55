import type { TrainingEvent } from "@ssl3d/core";
import type { Block, Series } from "@ssl3d/report";

type StepEvent = Extract<TrainingEvent, { type: "step" }>;
type ValidationEvent = Extract<TrainingEvent, { type: "validation" }>;

/** What the curves of a run are read from: the training events of its log. */
export interface TrainingLog {
  readonly steps: readonly StepEvent[];
  readonly validations: readonly ValidationEvent[];
}

/** Picks the training events out of a log. */
export function trainingLog(lines: readonly { readonly type: string }[]): TrainingLog {
  const events = lines as readonly TrainingEvent[];
  return {
    steps: events.filter((event) => event.type === "step"),
    validations: events.filter((event) => event.type === "validation"),
  };
}

/** The loss and every logged metric over the steps; training and validation, and the tasks of a mix, share the chart of a metric. */
export function trainingBlocks(log: TrainingLog): Block[] {
  const names = new Set([...log.steps, ...log.validations].flatMap((event) => Object.keys(event.metrics)));
  const charts = new Map<string, Series[]>([["loss", seriesOf(log, undefined, (event) => event.loss)]]);
  for (const name of names) {
    // The metrics of a mix are called "<task>/<metric>".
    const [, task, metric] = /^(?:(.*)\/)?(.*)$/.exec(name) as unknown as [string, string | undefined, string];
    const chart = task !== undefined && metric === "loss" ? "loss of each task" : metric;
    const series = seriesOf(log, task, (event) => event.metrics[name] ?? Number.NaN);
    charts.set(chart, [...(charts.get(chart) ?? []), ...series]);
  }
  return [...charts].map(([name, series]): Block => {
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    return { kind: "curves", title, xLabel: "step", yLabel: name, series };
  });
}

function seriesOf(log: TrainingLog, task: string | undefined, value: (event: StepEvent | ValidationEvent) => number): Series[] {
  const series = (part: string, events: readonly (StepEvent | ValidationEvent)[]): Series => ({
    name: task === undefined ? part : `${task}, ${part}`,
    points: events.map((event) => ({ x: event.step, y: value(event) })),
  });
  return [series("training", log.steps), series("validation", log.validations)].filter(({ points }) => points.length > 0);
}

/** How fast the run went, for the facts at the top of a report. Times in seconds. */
export function trainingFacts(log: TrainingLog): { readonly name: string; readonly value: string }[] {
  const total = log.steps.reduce((sum, step) => sum + step.seconds, 0);
  const waited = log.steps.reduce((sum, step) => sum + step.waitedSeconds, 0);
  if (total === 0) return [];
  return [
    { name: "Steps", value: String(log.steps.at(-1)?.step ?? 0) },
    { name: "Training time", value: formatDuration(total) },
    { name: "Time per step", value: `${((total / log.steps.length) * 1000).toFixed(0)} ms` },
    { name: "Waited for data", value: `${((100 * waited) / total).toFixed(1)} % of the time` },
  ];
}

/** "42 s", "3 min 05 s" or "2 h 07 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
