import * as tf from "@tensorflow/tfjs-core";
import type { Batch, Example, Trainable } from "../contract/network.js";
import { disposeBatch, toBatch, type HostBatch } from "./batch.js";
import { keepFigures, meanFigures, type BatchFigures, type LossFigures } from "./figures.js";
import { unlessAborted } from "./pauses.js";
import type { Validation } from "./request.js";

/**
 * Means of loss and metrics over the validation examples, in inference mode; undefined where the signal comes first. Normalises with
 * statistics re-estimated on the examples: training's moving ones lag hundreds of steps behind the weights. Leaves them changed.
 */
export async function validate<E extends Example>(
  trainable: Trainable<E>,
  validation: Validation<E>,
  signal?: AbortSignal,
): Promise<LossFigures | undefined> {
  const figures: BatchFigures[] = [];
  const values: ArrayLike<number>[] = [];
  const estimated = await overBatches(validation, signal, (batch, index) => {
    tf.tidy(() => {
      trainable.step(batch, { training: false, statisticsMomentum: index / (index + 1) });
    });
  });
  const measured =
    estimated &&
    (await overBatches(validation, signal, async (batch, index, { caseIds }) => {
      tf.tidy(() => {
        figures.push(keepFigures(trainable.step(batch, { training: false }), caseIds.length));
      });
      const { values: read } = figures[index]!;
      values.push(await read.data());
      read.dispose();
    }));
  return measured ? meanFigures(figures, values) : undefined;
}

/** Gives each validation batch, from the first on; false where the signal comes first. */
async function overBatches<E extends Example>(
  { batches, count }: Validation<E>,
  signal: AbortSignal | undefined,
  use: (batch: Batch<E>, index: number, host: HostBatch<E>) => void | Promise<void>,
): Promise<boolean> {
  for (let index = 0; index < count; index++) {
    const host = await unlessAborted(() => batches.batch(index), signal);
    if (host === undefined) return false;
    const batch = toBatch(host);
    try {
      await use(batch, index, host);
    } finally {
      disposeBatch(batch);
    }
  }
  return true;
}
