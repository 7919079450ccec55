import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";

/** How well hidden voxels were restored. */
export interface ReconstructionScore {
  /** Weighted mean squared error. */
  readonly loss: Scalar;
  /** Share of the hidden voxels' variance that is explained: 1 is perfect, 0 as good as each channel's mean. */
  readonly r2: Scalar;
}

/**
 * Holds a reconstruction against the original, both [batch, ...spatial, channels].
 * @param hidden [batch, ...spatial], 1 where a voxel was hidden
 * @param visibleWeight weight of the other voxels in the loss, 0 to 1
 */
export function scoreReconstruction(original: Tensor, restored: Tensor, hidden: Tensor, visibleWeight: number): ReconstructionScore {
  return tf.tidy(() => {
    const isHidden = tf.expandDims(tf.cast(hidden, "float32"), -1);
    const count = tf.sum(isHidden);
    const errors = tf.squaredDifference(original, restored);
    const hiddenError = tf.sum<Scalar>(tf.mul(errors, isHidden));
    const spatial = original.shape.slice(0, -1).map((_, axis) => axis);
    const means = tf.div(tf.sum(tf.mul(original, isHidden), spatial), count);
    const variation = tf.sum(tf.mul(tf.squaredDifference(original, means), isHidden));
    return {
      loss: visibleWeight === 0 ? meanOver(hiddenError, count, original) : meanWith(errors, isHidden, visibleWeight, original),
      // the floor gives images without any variation an R^2 of 0 or below instead of NaN
      r2: tf.sub<Scalar>(1, tf.div(hiddenError, tf.maximum(variation, 1e-12))),
    };
  });
}

function meanWith(errors: Tensor, isHidden: Tensor, visibleWeight: number, { shape }: Tensor): Scalar {
  const weights = tf.add(tf.mul(isHidden, 1 - visibleWeight), visibleWeight);
  return meanOver(tf.sum(tf.mul(errors, weights)), tf.sum(weights), { shape });
}

function meanOver(sum: Scalar, weight: Tensor, { shape }: { readonly shape: readonly number[] }): Scalar {
  return tf.div<Scalar>(sum, tf.mul(weight, shape[shape.length - 1]!));
}
