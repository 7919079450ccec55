import type { Rank } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { KERNELS } from "../kernels.js";
import { hasKernel, runKernel, runOperation } from "../operation.js";
import { overlappingMaxPoolGradient, pool, type PoolGeometry } from "./pool.js";
import { cropTo, padBehind, spatialRank } from "./shape.js";
import { repeatVoxels } from "./upsample-nearest.js";

/** Who receives a window's gradient where several voxels share its maximum. */
export type Ties =
  /** The first in C order. */
  | "first"
  /** Every one of them, the whole gradient each, as TensorFlow's CPU kernel does for volumes. */
  | "all";

/** Options of {@link maxPool}. */
export interface MaxPoolOptions extends PoolGeometry {
  /** Edge of the window, in voxels. Default 2. */
  readonly size?: number;
  /** Default "first"; for windows that overlap it is the engine's choice, the first with those of ssl3d in 2D. */
  readonly ties?: Ties;
}

/**
 * Maximum over windows, which by default do not overlap. Voxels behind the last whole window are dropped (floor).
 *
 * @param x [batch, ...spatial, channels]
 * @throws SSL3D_NN_RANK
 */
export function maxPool(x: Tensor, options: MaxPoolOptions = {}): Tensor {
  const rank = spatialRank("Max pooling", x);
  const { size = 2, ties = "first", strides = size, padding = "valid" } = options;
  const tiled = strides === size && padding === "valid";
  return runOperation({
    inputs: { x },
    forward: () => {
      const y = pool("max", x, size, { strides, padding });
      return { outputs: [y], saved: [x, y] };
    },
    backward: ([dy], [savedX, y]) => ({
      gradients: {
        x: () =>
          tiled
            ? maxPoolGradient(savedX as Tensor, y as Tensor, dy as Tensor, rank, size, ties)
            : overlappingMaxPoolGradient(savedX as Tensor, y as Tensor, dy as Tensor, size, { strides, padding }),
      },
    }),
  })[0] as Tensor;
}

function maxPoolGradient(x: Tensor, y: Tensor, dy: Tensor, rank: Rank, size: number, ties: Ties): Tensor {
  if (hasKernel(KERNELS.maxPoolGrad)) return runKernel(KERNELS.maxPoolGrad, { x, y, dy }, { size, ties })[0] as Tensor;
  const covered = y.shape.slice(1, -1).map((length) => length * size);
  const isMaximum = tf.cast(tf.equal(cropTo(x, covered), repeatVoxels(y, size)), "float32");
  const receives = ties === "all" ? isMaximum : firstOfWindow(isMaximum, rank, size);
  return padBehind(tf.mul(repeatVoxels(dy, size), receives), covered.map((length, i) => (x.shape[i + 1] as number) - length));
}

/** Keeps the first 1 of every window: voxels are weighted by their place, and the weightiest wins. */
function firstOfWindow(isMaximum: Tensor, rank: Rank, size: number): Tensor {
  const sizes = isMaximum.shape.slice(1, -1);
  let weights: Tensor = tf.scalar(size ** rank);
  for (let axis = 0; axis < rank; axis++) {
    const length = sizes[axis] as number;
    const places = Float32Array.from({ length }, (_, i) => (i % size) * size ** (rank - 1 - axis));
    weights = tf.sub(weights, tf.tensor(places, sizes.map((_, i) => (i === axis ? length : 1))));
  }
  const weighted = tf.mul(isMaximum, tf.expandDims(weights, -1));
  return tf.cast(tf.equal(weighted, repeatVoxels(pool("max", weighted, size), size)), "float32");
}
