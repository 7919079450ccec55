import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";

/** Values of a convolution on the current engine. */
export function convolve(): number[] {
  return tf.tidy(() => {
    const x: tf.Tensor5D = tf.reshape(tf.linspace(-1, 1, 4000), [1, 10, 10, 10, 4]);
    const filter: tf.Tensor5D = tf.reshape(tf.linspace(-1, 1, 432), [3, 3, 3, 4, 4]);
    return Array.from(tf.conv3d(x, filter, 1, "same").dataSync());
  });
}

/** Long calls into the library, one after another. `started` is called once, before the second. */
export async function multiplyForEver(started: () => void): Promise<never> {
  const [x, filter] = [tf.ones<tf.Rank.R5>([1, 48, 48, 48, 32]), tf.ones<tf.Rank.R5>([3, 3, 3, 32, 32])];
  for (let call = 0; ; call++) {
    tf.conv3d(x, filter, 1, "same").dispose();
    if (call === 0) started();
    await setImmediate();
  }
}

/** A convolution's gradients at a size that keeps all threads busy in compiled code. */
export function convolutionGradients(): Float32Array[] {
  return tf.tidy(() => {
    const [x, filter] = [tf.fill([2, 24, 24, 24, 16], 0.5), tf.fill([3, 3, 3, 16, 32], 0.25)] as [tf.Tensor5D, tf.Tensor5D];
    return tf.grads((a, b) => tf.sum(tf.square(tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, 1, "same"))))([x, filter]).map((gradient) => gradient.dataSync<"float32">());
  });
}
