import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";
import { aroundAxis, spatialRank } from "./shape.js";

/**
 * Repeats every voxel `factor` times along each spatial axis.
 *
 * @param x [batch, ...spatial, channels]
 * @throws SSL3D_NN_RANK
 */
export function upsampleNearest(x: Tensor, factor: number): Tensor {
  spatialRank("Nearest upsampling", x);
  return runOperation({
    inputs: { x },
    forward: () => ({ outputs: [repeatVoxels(x, factor)], saved: [] }),
    backward: ([dy]) => ({ gradients: { x: () => sumRepeated(dy as Tensor, factor) } }),
  })[0] as Tensor;
}

/** {@link upsampleNearest} without a gradient, for use within kernels. */
export function repeatVoxels(x: Tensor, factor: number): Tensor {
  if (hasKernel(KERNELS.upsampleNearest)) return runKernel(KERNELS.upsampleNearest, { x }, { factor })[0] as Tensor;
  let shape = [...x.shape];
  let result = x;
  // Innermost axis first: the copies made on the way are the smallest.
  for (let axis = x.shape.length - 2; axis >= 1; axis--) {
    const [before, size, after] = aroundAxis(shape, axis);
    shape = shape.with(axis, size * factor);
    result = tf.reshape(tf.tile(tf.reshape(result, [before * size, 1, after]), [1, factor, 1]), shape);
  }
  return result;
}

function sumRepeated(dy: Tensor, factor: number): Tensor {
  if (hasKernel(KERNELS.upsampleNearestGrad)) {
    return runKernel(KERNELS.upsampleNearestGrad, { dy }, { factor })[0] as Tensor;
  }
  let shape = [...dy.shape];
  let result = dy;
  for (let axis = 1; axis <= dy.shape.length - 2; axis++) {
    const [before, size, after] = aroundAxis(shape, axis);
    shape = shape.with(axis, size / factor);
    result = tf.reshape(tf.sum(tf.reshape(result, [before * (size / factor), factor, after]), 1), shape);
  }
  return result;
}
