import { mean, type Figures, type TrainingEvent } from "@ssl3d/core";
import type { LogLine } from "@ssl3d/node";

/** Training steps at the end over which figures are averaged. */
const LAST_STEPS = 20;

/** What a finished run leaves in docs/results/tasks: enough for its line in the table. */
export interface RunResult {
  readonly run: string;
  /** Of the configuration: a run whose configuration has changed is done again. */
  readonly configuration: string;
  readonly steps: number;
  readonly examplesPerStep: number;
  /** Steps only: neither probes nor validation. */
  readonly seconds: number;
  readonly engine: string;
  readonly machine: string;
  /** Means over the last {@link LAST_STEPS} steps. */
  readonly training: Figures;
  /** On cases held out; absent where there are none. */
  readonly validation?: Figures;
  /** Of the encoder's first, random weights. */
  readonly before: Figures;
  readonly after: Figures;
}

/** The figures of a finished run's log. */
export function figuresOf(lines: readonly LogLine[]): Pick<RunResult, "seconds" | "training" | "validation" | "before" | "after"> {
  const events = lines as unknown as readonly TrainingEvent[];
  const steps = events.filter((event) => event.type === "step");
  const last = steps.slice(-LAST_STEPS).map(({ loss, metrics }) => ({ loss, ...metrics }));
  const validation = events.findLast((event) => event.type === "validation");
  const probes = events.filter((event) => event.type === "probe");
  return {
    seconds: Math.round(steps.reduce((sum, { seconds }) => sum + seconds, 0)),
    training: meanFigures(last),
    ...(validation && { validation: { loss: validation.loss, ...validation.metrics } }),
    before: probes[0]!.metrics,
    after: probes[probes.length - 1]!.metrics,
  };
}

function meanFigures(all: readonly Figures[]): Figures {
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, mean(all.map((figures) => figures[name]!))]));
}
