import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import { aroundAxis, spatialRank } from "./shape.js";

/**
 * Enlarges by linear interpolation between voxel centres (half-pixel centres; PyTorch's align_corners=False), constant
 * beyond the outermost centres.
 *
 * @param x [batch, ...spatial, channels]
 * @param factor whole number
 * @throws SSL3D_NN_RANK
 */
export function upsampleLinear(x: Tensor, factor: number): Tensor {
  spatialRank("Linear upsampling", x);
  return runOperation({
    inputs: { x },
    forward: () => ({ outputs: [interpolate(x, factor, false)], saved: [] }),
    backward: ([dy]) => ({ gradients: { x: () => interpolate(dy as Tensor, factor, true) } }),
  })[0] as Tensor;
}

/** One matrix product per axis; the transposed matrices give the gradient. */
function interpolate(x: Tensor, factor: number, transposed: boolean): Tensor {
  const axes = Array.from({ length: x.shape.length - 2 }, (_, i) => i + 1);
  let shape = [...x.shape];
  return (transposed ? axes : axes.reverse()).reduce((value, axis) => {
    const [before, size, after] = aroundAxis(shape, axis);
    const small = transposed ? size / factor : size;
    const matrix = tf.tensor2d(weights(small, factor, transposed), transposed ? [small, size] : [size * factor, size]);
    shape = shape.with(axis, matrix.shape[0]);
    const product = tf.matMul(tf.expandDims<tf.Tensor3D>(matrix, 0), tf.reshape<tf.Rank.R3>(value, [before, size, after]));
    return tf.reshape(product, shape);
  }, x);
}

/** Interpolation weights [size * factor, size], or their transpose, row-major. */
function weights(size: number, factor: number, transposed: boolean): Float32Array {
  const large = size * factor;
  const matrix = new Float32Array(large * size);
  for (let row = 0; row < large; row++) {
    const source = Math.min(Math.max((row + 0.5) / factor - 0.5, 0), size - 1);
    const below = Math.floor(source);
    const share = source - below;
    const add = (column: number, weight: number): void => {
      const index = transposed ? column * large + row : row * size + column;
      matrix[index] = (matrix[index] as number) + weight;
    };
    add(below, 1 - share);
    if (share > 0) add(below + 1, share);
  }
  return matrix;
}
