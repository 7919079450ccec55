import {
  createRandom,
  disposeBatch,
  stackExamples,
  toBatch,
  type Batch,
  type Encoder,
  type Example,
  type NumericArray,
  type Rank,
  type Trainable,
} from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "./check.js";
import { ensureFinite, ensureGradients, ensureNoLeak } from "./measure.js";
import { createSmallEncoder } from "./small-encoder.js";

/** What tasks and heads have in common: they make examples and train on them. */
export interface TrainableSubject<E extends Example, T extends Trainable<E>> {
  readonly rank: Rank;
  readonly channels: number;
  readonly inputSize: readonly number[];
  /** Example number `index`; the same one every time. */
  readonly example: (index: number) => E;
  readonly build: (encoder: Encoder) => T;
}

const BATCH_SIZE = 3;

/** Checks of everything that trains, for one rank. */
export function checkTrainable<E extends Example, T extends Trainable<E>>(subject: TrainableSubject<E, T>): Check[] {
  const check = (name: string, run: () => Promise<void> | void): Check => createCheck(`${subject.rank}D: ${name}`, run);
  return [
    check("an example is decided by its stream", () => {
      const [first, again] = [subject.example(0), subject.example(0)];
      const other = subject.example(1);
      ensure(sameExample(first, again), "expected the same example from the same stream, received another");
      ensure(!sameExample(first, other), "expected another example from another stream, received the same");
    }),
    check("the loss is finite and every weight has a gradient", () =>
      withNetworks(subject, ({ encoder, trainable, batch }) => {
        ensureGradients([...encoder.weights, ...trainable.weights], () => {
          const { loss, metrics } = trainable.step(batch, training());
          for (const [name, metric] of Object.entries(metrics)) ensureFinite(`the metric "${name}"`, metric.dataSync());
          return loss;
        });
      }),
    ),
    check("the same seed gives the same loss", async () => {
      const losses: number[] = [];
      for (let i = 0; i < 2; i++) {
        await withNetworks(subject, ({ trainable, batch }) => {
          losses.push(tf.tidy(() => trainable.step(batch, training()).loss.dataSync()[0] as number));
        });
      }
      ensure(losses[0] === losses[1], `expected one loss twice, received ${losses.join(" and ")}`);
    }),
    check("weights have unique names", () =>
      withNetworks(subject, ({ trainable }) => {
        const names = trainable.weights.map((weight) => weight.name);
        ensure(new Set(names).size === names.length, `expected unique names, received ${names.join(", ")}`);
      }),
    ),
    check("no tensor is left behind", () =>
      ensureNoLeak(() =>
        withNetworks(subject, async ({ trainable, batch }) => {
          await ensureNoLeak(() => {
            const { loss, metrics } = trainable.step(batch, training());
            tf.dispose([loss, metrics]);
          });
          await ensureNoLeak(() => {
            const { loss, metrics } = trainable.step(batch, { training: false });
            tf.dispose([loss, metrics]);
          });
        }),
      ),
    ),
  ];
}

/** Builds everything from fixed seeds, runs something with it and lets go of all of it. */
export async function withNetworks<E extends Example, T extends Trainable<E>>(
  subject: TrainableSubject<E, T>,
  run: (networks: { encoder: Encoder; trainable: T; batch: Batch<E> }) => Promise<void> | void,
): Promise<void> {
  const encoder = createSmallEncoder(subject.rank, subject.channels, createRandom("encoder"));
  const trainable = subject.build(encoder);
  const examples = Array.from({ length: BATCH_SIZE }, (_, index) => subject.example(index));
  const batch = toBatch(stackExamples(examples, examples.map((_, index) => `phantom-${index}`)));
  try {
    await run({ encoder, trainable, batch });
  } finally {
    disposeBatch(batch);
    trainable.dispose();
    encoder.dispose();
  }
}

function training(): { training: true; random: ReturnType<typeof createRandom> } {
  return { training: true, random: createRandom("dropout") };
}

/** Whether two examples hold the same arrays. */
export function sameExample(a: Example, b: Example): boolean {
  return Object.entries(a).every(([name, array]) => sameArray(array, b[name]));
}

/** Whether two arrays have the same shape and values. */
export function sameArray(a: NumericArray, b: NumericArray | undefined): boolean {
  return b !== undefined && a.shape.join() === b.shape.join() && a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);
}
