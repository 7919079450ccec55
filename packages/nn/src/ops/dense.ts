import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runOperation } from "../operation.js";
import { biasGradient, reluBiasGradient } from "./bias-gradient.js";

/**
 * Fully connected layer: x * kernel + bias, then the activation.
 *
 * @param x [batch, in]
 * @param kernel [in, out]
 * @param bias [out]
 * @returns [batch, out]
 */
export function dense(x: Tensor, kernel: Tensor, bias: Tensor, activation: "linear" | "relu" = "linear"): Tensor {
  return runOperation({
    inputs: { bias, kernel, x },
    forward: () => {
      const z = tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias);
      const y = activation === "relu" ? tf.relu(z) : z;
      return { outputs: [y], saved: activation === "relu" ? [x, kernel, y] : [x, kernel] };
    },
    backward: ([dy], saved) => {
      const [savedX, savedKernel, y] = saved as [tf.Tensor2D, tf.Tensor2D, Tensor | undefined];
      const [dz, dbias] = y === undefined ? [dy as Tensor, undefined] : reluBiasGradient(dy as Tensor, y);
      // Only the small matrices are transposed: engines are slow on transposed operands.
      return {
        gradients: {
          bias: () => dbias ?? biasGradient(dz),
          kernel: () => tf.matMul(tf.transpose(savedX), dz),
          x: () => tf.transpose(tf.matMul(savedKernel, tf.transpose(dz as tf.Tensor2D))),
        },
        shared: y === undefined ? [] : [dz],
      };
    },
  })[0] as Tensor;
}
