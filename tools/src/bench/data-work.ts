import { createRandom, stackExamples, taskChoice, train, trainingOptions, type Volume } from "@ssl3d/core";
import { createPancreasCohort, minMax } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { spreadOf, useTask, type DiscoveredPlugin } from "@ssl3d/node";
import { markdownTable } from "./markdown.js";

/** A task at its published settings, on volumes of 128^3. */
interface TaskSettings {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Examples in a step: those of the tasks' networks in the benchmark, but for exemplar, whose negatives need two. */
  readonly batch: number;
}

/** What a step of a task is made of, in milliseconds. */
export interface DataWorkRow {
  readonly task: string;
  readonly batch: number;
  /** Making the step's examples, on one core. */
  readonly data: number;
  /** The rest of the step, on all cores. */
  readonly step: number;
}

const SIDE = 128;
const STEPS = 4;

const TASKS: readonly TaskSettings[] = [
  { name: "rotation", options: {}, batch: 2 },
  { name: "rpl", options: {}, batch: 16 },
  { name: "jigsaw", options: {}, batch: 2 },
  { name: "cpc", options: {}, batch: 2 },
  { name: "exemplar", options: {}, batch: 2 },
  { name: "masked", options: {}, batch: 1 },
];

/**
 * Trains a few steps of every task on the engine that is active, examples made between steps, and tells how long their making and
 * the rest take: medians, without the first step. Data workers make examples beside the step, so that the time of a run is the
 * larger of the two as long as cores are free.
 */
export async function measureDataWork(plugins: readonly DiscoveredPlugin[], onTask: (name: string) => void): Promise<DataWorkRow[]> {
  const cohort = createPancreasCohort({ size: SIDE });
  const volumes = [0, 1, 2].map((index) => minMax(cohort.case(index, createRandom("data work")).image).volume);
  const rows: DataWorkRow[] = [];
  for (const settings of TASKS) {
    onTask(settings.name);
    rows.push(await measureTask(plugins, settings, volumes));
  }
  return rows;
}

async function measureTask(plugins: readonly DiscoveredPlugin[], { name, options, batch }: TaskSettings, volumes: readonly Volume<Float32Array>[]): Promise<DataWorkRow> {
  const used = await useTask(plugins, taskChoice.parse({ name, options }));
  const random = createRandom("data work").split(name);
  const encoder = unetEncoder.build({ rank: 3, channels: 1, options: unetEncoderOptions.parse({ filters: 16, levels: 4 }), random: random.split("encoder") });
  const task = used.plugin.build({ encoder, options: used.options, inputSize: [SIDE, SIDE, SIDE], random: random.split("task") });
  const data: number[] = [];
  const steps: number[] = [];
  const exampleOf = (n: number) => {
    const [own, ...others] = volumes.map((_, i) => volumes[(n + i) % volumes.length]!);
    return used.plugin.example(own!, used.options, random.split("example").split(n), others.slice(0, used.plugin.companions?.(used.options) ?? 0));
  };
  try {
    await train({
      encoder,
      trainable: task,
      batches: {
        batch: (index) => {
          const started = performance.now();
          const examples = Array.from({ length: batch }, (_, place) => exampleOf(index * batch + place));
          const made = stackExamples(examples, examples.map((_, place) => `case ${place}`));
          data.push(performance.now() - started);
          return Promise.resolve(made);
        },
      },
      options: trainingOptions.parse({ steps: STEPS, batchSize: batch, learningRate: 1e-4, checkpointEvery: 0 }),
      random: random.split("training"),
      onEvent: (event) => {
        if (event.type === "step") steps.push(1000 * (event.seconds - event.waitedSeconds));
      },
    });
  } finally {
    task.dispose();
    encoder.dispose();
  }
  return { task: name, batch, data: spreadOf(data.slice(1)).median, step: spreadOf(steps.slice(1)).median };
}

/** The rows as a table. */
export function dataWorkTable(rows: readonly DataWorkRow[]): string {
  const milliseconds = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
  return markdownTable([
    ["task", "examples a step", "ms an example", "ms of data a step", "ms a step", "share"],
    ...rows.map(({ task, batch, data, step }) => [
      task,
      String(batch),
      milliseconds(data / batch),
      milliseconds(data),
      milliseconds(step),
      `${((100 * data) / step).toFixed(1)} %`,
    ]),
  ]);
}
