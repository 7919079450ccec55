import * as tf from "@tensorflow/tfjs-core";
import type { Example, Trainable } from "../contract/network.js";
import { disposeBatch, toBatch } from "./batch.js";
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
  signal?: AbortSignal
): Promise<LossFigures | undefined> {
  for (let index = 0; index < validation.count; index++) {
    const host = await unlessAborted(() => validation.batches.batch(index), signal);
    if (host === undefined) return undefined;
    const batch = toBatch(host);
    try {
      tf.tidy(() => {
        trainable.step(batch, { training: false, statisticsMomentum: index / (index + 1) });
      });
    } finally {
      disposeBatch(batch);
    }
  }
  const figures: BatchFigures[] = [];
  const values: ArrayLike<number>[] = [];
  for (let index = 0; index < validation.count; index++) {
    const host = await unlessAborted(() => validation.batches.batch(index), signal);
    if (host === undefined) return undefined;
    const batch = toBatch(host);
    try {
      tf.tidy(() => {
        figures.push(keepFigures(trainable.step(batch, { training: false }), host.caseIds.length));
      });
    } finally {
      disposeBatch(batch);
    }
    const { values: read } = figures[index]!;
    values.push(await read.data());
    read.dispose();
  }
  return meanFigures(figures, values);
}
