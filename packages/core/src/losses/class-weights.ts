import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";

/**
 * One-hot truth [batch, ..., classes] with each class's column multiplied by its weight; the truth itself without weights.
 * @throws RangeError for another number of weights than classes
 */
export function weightClasses(truth: Tensor, classWeights: readonly number[] | undefined): Tensor {
  if (classWeights === undefined) return truth;
  const classes = truth.shape.at(-1);
  if (classWeights.length !== classes) {
    throw new RangeError(`Expected ${classes} class weights, one a class, received ${classWeights.length}.`);
  }
  return tf.mul(truth, tf.tensor1d([...classWeights]));
}

/** The mean of one value a class, [classes], each counting as much as its class's weight; the plain mean without weights. */
export function meanOfClasses(values: Tensor, classWeights: readonly number[] | undefined): Scalar {
  if (classWeights === undefined) return tf.mean(values);
  const total = classWeights.reduce((sum, weight) => sum + weight, 0);
  return tf.div(tf.sum(weightClasses(values, classWeights)), total);
}
