import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { wrongTensorShape } from "../errors.js";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";
import { spatialRank } from "./shape.js";

/** PyTorch's default, which nnU-Net uses. */
export const GROUP_NORM_EPSILON = 1e-5;

/** Options of {@link groupNorm}. */
export interface GroupNormOptions {
  /** Groups of neighbouring channels that share statistics; divides the number of channels. */
  readonly groups: number;
  /** Added to the variance. Default 1e-5, as PyTorch. */
  readonly epsilon?: number;
}

/**
 * Normalises every group of channels of every example by its own mean and variance, then scales and shifts channels.
 *
 * @param x [batch, ...spatial, channels]
 * @param scale [channels]
 * @param offset [channels]
 * @throws SSL3D_NN_RANK, SSL3D_NN_SHAPE
 */
export function groupNorm(x: Tensor, scale: Tensor, offset: Tensor, options: GroupNormOptions): Tensor {
  spatialRank("Group normalisation", x);
  const { groups, epsilon = GROUP_NORM_EPSILON } = options;
  if (scale.size % groups !== 0) throw wrongTensorShape("Group normalisation", `channels divisible by ${groups} groups`, x.shape);
  return runOperation({
    inputs: { scale, offset, x },
    forward: () => {
      const [y, mean, variance] = normalise(x, scale, offset, groups, epsilon);
      return { outputs: [y], saved: [x, mean, variance, scale] };
    },
    backward: ([dy], saved) => {
      const [savedX, mean, variance, savedScale] = saved as [Tensor, Tensor, Tensor, Tensor];
      const [dx, dscale, doffset] = normaliseGradient(savedX, dy as Tensor, mean, variance, savedScale, groups, epsilon);
      return { gradients: { scale: () => dscale, offset: () => doffset, x: () => dx } };
    },
  })[0] as Tensor;
}

/** {@link groupNorm} with every channel its own group. */
export function instanceNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number = GROUP_NORM_EPSILON): Tensor {
  return groupNorm(x, scale, offset, { groups: scale.size, epsilon });
}

function normalise(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  groups: number,
  epsilon: number,
): [y: Tensor, mean: Tensor, variance: Tensor] {
  if (hasKernel(KERNELS.groupNorm)) {
    return runKernel(KERNELS.groupNorm, { x, scale, offset }, { epsilon, groups }) as [Tensor, Tensor, Tensor];
  }
  const grouped = splitGroups(x, groups);
  const mean = tf.mean(grouped, [1, 3], true);
  const centred = tf.sub(grouped, mean);
  const variance = tf.mean(tf.square(centred), [1, 3], true);
  const normalised = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), x.shape);
  const statistics = [x.shape[0], groups];
  return [tf.add(tf.mul(normalised, scale), offset), tf.reshape(mean, statistics), tf.reshape(variance, statistics)];
}

function normaliseGradient(
  x: Tensor,
  dy: Tensor,
  mean: Tensor,
  variance: Tensor,
  scale: Tensor,
  groups: number,
  epsilon: number,
): [dx: Tensor, dscale: Tensor, doffset: Tensor] {
  if (hasKernel(KERNELS.groupNormGrad)) {
    return runKernel(KERNELS.groupNormGrad, { x, dy, mean, variance, scale }, { epsilon, groups }) as [Tensor, Tensor, Tensor];
  }
  return tf.tidy(() => {
    const statistics = [x.shape[0], 1, groups, 1];
    const inverse = tf.rsqrt(tf.add(tf.reshape(variance, statistics), epsilon));
    const normalised = tf.mul(tf.sub(splitGroups(x, groups), tf.reshape(mean, statistics)), inverse);
    const dnormalised = splitGroups(tf.mul(dy, scale), groups);
    const meanGradient = tf.mean(dnormalised, [1, 3], true);
    const meanProduct = tf.mean(tf.mul(dnormalised, normalised), [1, 3], true);
    const dx = tf.mul(tf.sub(tf.sub(dnormalised, meanGradient), tf.mul(normalised, meanProduct)), inverse);
    const perChannel = [-1, scale.size];
    const dscale = tf.sum(tf.reshape(tf.mul(dy, tf.reshape(normalised, x.shape)), perChannel), 0);
    return [tf.reshape(dx, x.shape), dscale, tf.sum(tf.reshape(dy, perChannel), 0)];
  });
}

/** [batch, ...spatial, channels] as [batch, voxels, groups, channels of a group]. */
function splitGroups(x: Tensor, groups: number): Tensor {
  const channels = x.shape[x.shape.length - 1] as number;
  return tf.reshape(x, [x.shape[0], -1, groups, channels / groups]);
}
