import * as tf from "@tensorflow/tfjs-core";
import { disposeBatch, toBatch } from "@ssl3d/core";
import type { BatchSource, Encoder, Example, Mode, Trainable } from "@ssl3d/core";

/** A trained network and the data whose statistics it is to keep. */
export interface StatisticsRequest<E extends Example = Example> {
  readonly encoder: Encoder;
  /** The task or head on top of the encoder, whose normalisation layers are re-estimated too. */
  readonly trainable: Trainable<E>;
  readonly batches: BatchSource<E>;
  /** How many batches to average over: those with the indices 0 to `count` - 1. */
  readonly count: number;
}

/**
 * Sets the moving means and variances of all batch-normalisation layers to their averages over some batches, as the
 * weights now stand. Training leaves them behind: they remember weights of many steps ago. Do it before evaluating.
 */
export async function reestimateStatistics<E extends Example>(request: StatisticsRequest<E>): Promise<void> {
  const { encoder, trainable, batches, count } = request;
  for (let index = 0; index < count; index++) {
    const batch = toBatch(await batches.batch(index));
    unfrozen(encoder, () => {
      const { loss, metrics } = trainable.step(batch, averaging(index));
      tf.dispose([loss, Object.values(metrics)]);
    });
    disposeBatch(batch);
  }
}

/** The same for an encoder without a head. Images are [batch, ...spatial, channels] and stay the caller's. */
export function reestimateEncoderStatistics(encoder: Encoder, images: Iterable<tf.Tensor>): void {
  let index = 0;
  for (const image of images) {
    unfrozen(encoder, () => {
      const { pyramid, output, pooled } = encoder.forward(image, averaging(index++));
      tf.dispose([...pyramid, output, pooled]);
    });
  }
}

/** Folds batch number `index` in so that each of the batches so far weighs the same. */
function averaging(index: number): Mode {
  return { training: false, statisticsMomentum: index / (index + 1) };
}

/** A frozen encoder would keep its statistics. */
function unfrozen(encoder: Encoder, work: () => void): void {
  const { frozen } = encoder;
  encoder.frozen = false;
  try {
    work();
  } finally {
    encoder.frozen = frozen;
  }
}
