import { stackExamples, type BatchSource, type Example, type HeadPlugin, type Random, type TaskPlugin } from "@ssl3d/core";
import { createExampleOrder } from "@ssl3d/node";
import type { Cases, StudyCase } from "./study-data.js";

/** Makes example number n of a run. */
type MakeExample = (n: number) => { readonly example: Example; readonly id: string };

/** Batches of a task over the first `count` cases; every case once per epoch. */
export function taskBatches(task: TaskPlugin, options: unknown, cases: Cases, count: number, batchSize: number, random: Random): BatchSource {
  const companions = task.companions?.(options) ?? 0;
  const caseOf = createExampleOrder(count, random);
  return batchesOf(batchSize, (n) => {
    const index = caseOf(n);
    const stream = random.split("example").split(n);
    const others = Array.from({ length: count }, (_, other) => other).filter((other) => other !== index);
    const chosen = companions === 0 ? [] : stream.split("companions").shuffle(others).slice(0, companions);
    const { image } = cases(index);
    return { example: task.example(image, options, stream, chosen.map((other) => cases(other).image)), id: image.id };
  });
}

/** Batches of a head over the labelled cases given; every case once per epoch. */
export function headBatches<Options>(
  head: HeadPlugin<string, Options>,
  options: Options,
  cases: readonly StudyCase[],
  batchSize: number,
  random: Random,
): BatchSource {
  const caseOf = createExampleOrder(cases.length, random);
  return batchesOf(batchSize, (n) => {
    const labelled = cases[caseOf(n)]!;
    return { example: head.example(labelled, options, random.split("example").split(n)), id: labelled.image.id };
  });
}

function batchesOf(batchSize: number, make: MakeExample): BatchSource {
  return {
    async batch(index) {
      const made = Array.from({ length: batchSize }, (_, position) => make(index * batchSize + position));
      // Lets Ctrl-C through between steps.
      await new Promise((resolve) => setImmediate(resolve));
      return stackExamples(made.map(({ example }) => example), made.map(({ id }) => id));
    },
  };
}
