import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel } from "../operation.js";
import { flattenVoxels } from "./shape.js";

/** Sum of dy [..., channels] over all axes but the last: what an added bias receives. */
export function biasGradient(dy: Tensor): Tensor {
  if (hasKernel(KERNELS.biasGrad)) return runKernel(KERNELS.biasGrad, { dy }, {})[0] as Tensor;
  return tf.tidy(() => tf.sum(flattenVoxels(dy), 0));
}

/** Backward half of y = relu(z + bias): [dz, dbias]. */
export function reluBiasGradient(dy: Tensor, y: Tensor): [dz: Tensor, dbias: Tensor] {
  if (hasKernel(KERNELS.reluBiasGrad)) return runKernel(KERNELS.reluBiasGrad, { dy, y }, {}) as [Tensor, Tensor];
  return tf.tidy(() => {
    const dz = tf.mul(dy, tf.step(y));
    return [dz, biasGradient(dz)];
  });
}
