import { createRandom } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";

/** Normal noise of the given shape, the same for the same shape. */
export function noise(shape: readonly number[]): tf.Tensor {
  const random = createRandom(`noise ${shape.join()}`);
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.normal()), [...shape]);
}

/** One-hot labels [...shape, classes] that take the classes in turn. */
export function oneHotLabels(shape: readonly number[], classes: number): tf.Tensor {
  return tf.tidy(() => {
    const labels = tf.tensor(Int32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => i % classes), [...shape], "int32");
    return tf.cast(tf.oneHot(labels, classes), "float32");
  });
}
