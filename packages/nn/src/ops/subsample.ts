import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import { pool } from "./pool.js";
import { cropTo, spatialRank } from "./shape.js";
import { repeatVoxels } from "./upsample-nearest.js";

/**
 * Every `strides`-th voxel along each axis, from the first: ceil(size / strides) of them.
 *
 * @param x [batch, ...spatial, channels]
 * @throws SSL3D_NN_RANK
 */
export function subsample(x: Tensor, strides: number): Tensor {
  spatialRank("Subsampling", x);
  return runOperation({
    inputs: { x },
    // A mean over single voxels: engines know it, while several refuse a maximum over one.
    forward: () => ({ outputs: [pool("average", x, 1, { strides })], saved: [] }),
    backward: ([dy]) => ({
      gradients: {
        x: () =>
          tf.tidy(() => {
            const spatial = x.shape.slice(1, -1);
            const repeated = cropTo(repeatVoxels(dy as Tensor, strides), spatial);
            return tf.mul(repeated, takenVoxels(spatial, strides));
          }),
      },
    }),
  })[0] as Tensor;
}

/** 1 where a voxel is taken, 0 elsewhere, [1, ...spatial, 1]. */
function takenVoxels(spatial: readonly number[], strides: number): Tensor {
  return spatial.reduce<Tensor>((taken, length, axis) => {
    const along = Float32Array.from({ length }, (_, i) => (i % strides === 0 ? 1 : 0));
    return tf.mul(taken, tf.tensor(along, [1, ...spatial.map((_, other) => (other === axis ? length : 1)), 1]));
  }, tf.scalar(1));
}
