import type { Random } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";

/**
 * Inverted dropout: sets elements to zero with probability `rate` and scales the others by 1 / (1 - rate). One number is
 * drawn from `random`; the mask is a hash of it and of each element's index, the same on every engine, so that the
 * backward pass makes it again and nothing is kept.
 *
 * @param x of any shape
 * @param rate in [0, 1)
 */
export function dropout(x: Tensor, rate: number, random: Random): Tensor {
  const seed = random.integer(0, 2 ** 32);
  return runOperation({
    inputs: { x },
    forward: () => ({ outputs: [applyMask(x, rate, seed)], saved: [] }),
    backward: ([dy]) => ({ gradients: { x: () => applyMask(dy as Tensor, rate, seed) } }),
  })[0] as Tensor;
}

function applyMask(x: Tensor, rate: number, seed: number): Tensor {
  if (hasKernel(KERNELS.dropout)) return runKernel(KERNELS.dropout, { x }, { rate, seed })[0] as Tensor;
  return tf.mul(x, tf.tensor(dropoutMask(x.size, rate, seed), x.shape));
}

/** The factors of dropout, 0 or 1 / (1 - rate), as {@link KERNELS.dropout} defines them. */
export function dropoutMask(length: number, rate: number, seed: number): Float32Array {
  const mask = new Float32Array(length);
  const threshold = Math.round(rate * 65536);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < length; i += 2) {
    let word = Math.imul(i >>> 1, 0x9e3779b9) + seed;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    word ^= word >>> 16;
    if ((word & 0xffff) >= threshold) mask[i] = kept;
    if (word >>> 16 >= threshold && i + 1 < length) mask[i + 1] = kept;
  }
  return mask;
}
