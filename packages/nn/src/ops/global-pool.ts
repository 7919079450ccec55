import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import { spatialRank } from "./shape.js";

/**
 * Mean over all voxels.
 *
 * @param x [batch, ...spatial, channels]
 * @returns [batch, channels]
 * @throws SSL3D_NN_RANK
 */
export function globalAveragePool(x: Tensor): Tensor {
  const shape = voxelsAsOneAxis("Global average pooling", x);
  return runOperation({
    inputs: { x },
    forward: () => ({ outputs: [tf.mean(tf.reshape(x, shape), 1)], saved: [] }),
    backward: ([dy]) => ({
      gradients: {
        x: () => tf.reshape(tf.tile(tf.expandDims(tf.div(dy as Tensor, shape[1]), 1), [1, shape[1], 1]), x.shape),
      },
    }),
  })[0] as Tensor;
}

/**
 * Maximum over all voxels. Voxels that share the maximum share its gradient, as in TensorFlow.
 *
 * @param x [batch, ...spatial, channels]
 * @returns [batch, channels]
 * @throws SSL3D_NN_RANK
 */
export function globalMaxPool(x: Tensor): Tensor {
  const shape = voxelsAsOneAxis("Global max pooling", x);
  return runOperation({
    inputs: { x },
    forward: () => {
      const y = tf.max(tf.reshape(x, shape), 1);
      return { outputs: [y], saved: [x, y] };
    },
    backward: ([dy], [savedX, y]) => ({
      gradients: {
        x: () => {
          const isMaximum = tf.cast(tf.equal(tf.reshape(savedX as Tensor, shape), tf.expandDims(y as Tensor, 1)), "float32");
          const share = tf.div(dy as Tensor, tf.sum(isMaximum, 1));
          return tf.reshape(tf.mul(isMaximum, tf.expandDims(share, 1)), x.shape);
        },
      },
    }),
  })[0] as Tensor;
}

function voxelsAsOneAxis(operation: string, x: Tensor): [batch: number, voxels: number, channels: number] {
  spatialRank(operation, x);
  const [batch, channels] = [x.shape[0], x.shape[x.shape.length - 1] as number];
  return [batch, x.shape.slice(1, -1).reduce((a, b) => a * b, 1), channels];
}
