import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";
import { flattenVoxels } from "./shape.js";

/** Keras' default. */
export const BATCH_NORM_EPSILON = 1e-3;

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance. Default 1e-3, as Keras. */
  readonly epsilon?: number;
  /** Sees the batch's mean and biased variance, [channels]. What it computes stays off the tape; the tensors are not its own. */
  readonly onStatistics?: (mean: Tensor, variance: Tensor) => void;
}

/**
 * Normalises every channel by the mean and variance of the batch, then scales and shifts.
 *
 * @param x [batch, ..., channels], of any rank
 * @param scale [channels]
 * @param offset [channels]
 */
export function batchNorm(x: Tensor, scale: Tensor, offset: Tensor, options: BatchNormOptions = {}): Tensor {
  const { epsilon = BATCH_NORM_EPSILON, onStatistics } = options;
  return runOperation({
    inputs: { scale, offset, x },
    forward: () => {
      const [y, mean, variance] = normalise(x, scale, offset, epsilon);
      onStatistics?.(mean, variance);
      return { outputs: [y], saved: [x, mean, variance, scale] };
    },
    backward: ([dy], saved) => {
      const [savedX, mean, variance, savedScale] = saved as [Tensor, Tensor, Tensor, Tensor];
      const [dx, dscale, doffset] = normaliseGradient(savedX, dy as Tensor, mean, variance, savedScale, epsilon);
      return { gradients: { scale: () => dscale, offset: () => doffset, x: () => dx } };
    },
  })[0] as Tensor;
}

/**
 * Normalises every channel by statistics that are given, such as moving averages, then scales and shifts.
 *
 * @param x [batch, ..., channels], of any rank
 * @param scale [channels], as are offset, mean and variance
 * @param epsilon default 1e-3, as Keras
 */
export function batchNormInference(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon: number = BATCH_NORM_EPSILON,
): Tensor {
  return runOperation({
    inputs: { scale, offset, x },
    forward: () => {
      const inputs = { x, scale, offset, mean, variance };
      if (hasKernel(KERNELS.batchNormInference)) {
        return { outputs: [runKernel(KERNELS.batchNormInference, inputs, { epsilon })[0] as Tensor], saved: [x, scale, mean, variance] };
      }
      return { outputs: [applyStatistics(x, scale, offset, mean, variance, epsilon)], saved: [x, scale, mean, variance] };
    },
    backward: ([dy], saved) => {
      const [savedX, savedScale, savedMean, savedVariance] = saved as [Tensor, Tensor, Tensor, Tensor];
      const inverse = (): Tensor => tf.rsqrt(tf.add(savedVariance, epsilon));
      return {
        gradients: {
          scale: () => {
            const sum = tf.sum(flattenVoxels(tf.mul(dy as Tensor, tf.sub(savedX, savedMean))), 0);
            return tf.mul(sum, inverse());
          },
          offset: () => tf.sum(flattenVoxels(dy as Tensor), 0),
          x: () => tf.mul(dy as Tensor, tf.mul(savedScale, inverse())),
        },
      };
    },
  })[0] as Tensor;
}

function normalise(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): [y: Tensor, mean: Tensor, variance: Tensor] {
  if (hasKernel(KERNELS.batchNorm)) {
    return runKernel(KERNELS.batchNorm, { x, scale, offset }, { epsilon }) as [Tensor, Tensor, Tensor];
  }
  const mean = tf.mean(flattenVoxels(x), 0);
  const variance = tf.mean(flattenVoxels(tf.squaredDifference(x, mean)), 0);
  return [applyStatistics(x, scale, offset, mean, variance, epsilon), mean, variance];
}

function applyStatistics(x: Tensor, scale: Tensor, offset: Tensor, mean: Tensor, variance: Tensor, epsilon: number): Tensor {
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor)));
}

function normaliseGradient(
  x: Tensor,
  dy: Tensor,
  mean: Tensor,
  variance: Tensor,
  scale: Tensor,
  epsilon: number,
): [dx: Tensor, dscale: Tensor, doffset: Tensor] {
  if (hasKernel(KERNELS.batchNormGrad)) {
    return runKernel(KERNELS.batchNormGrad, { x, dy, mean, variance, scale }, { epsilon }) as [Tensor, Tensor, Tensor];
  }
  return tf.tidy(() => {
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normalised = tf.mul(tf.sub(x, mean), inverse);
    const doffset = tf.sum(flattenVoxels(dy), 0);
    const dscale = tf.sum(flattenVoxels(tf.mul(dy, normalised)), 0);
    const voxels = x.size / scale.size;
    const shifted = tf.sub(tf.sub(dy, tf.div(doffset, voxels)), tf.mul(normalised, tf.div(dscale, voxels)));
    return [tf.mul(shifted, tf.mul(scale, inverse)), dscale, doffset];
  });
}
