import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { weightClasses } from "./class-weights.js";

/** Keras' backend epsilon: probabilities are clipped to [EPSILON, 1 - EPSILON]. */
export const EPSILON = 1e-7;

/**
 * Mean over positions of the cross-entropy between one-hot truth and probabilities, both [batch, ..., classes], as
 * Keras computes `categorical_crossentropy`: normalised to sum 1, then clipped.
 */
export function categoricalCrossEntropy(truth: Tensor, probabilities: Tensor): Scalar {
  return tf.tidy(() => {
    const normalised = tf.div(probabilities, tf.sum(probabilities, -1, true));
    const logs = tf.log(tf.clipByValue(normalised, EPSILON, 1 - EPSILON));
    return tf.neg(tf.mean(tf.sum(tf.mul(truth, logs), -1)));
  });
}

/**
 * Mean over positions of the cross-entropy between one-hot truth and the softmax of logits, both [batch, ..., classes].
 * With class weights each position counts as much as the weight of its true class (the mean is still over all positions).
 */
export function categoricalCrossEntropyFromLogits(truth: Tensor, logits: Tensor, classWeights?: readonly number[]): Scalar {
  return tf.tidy(() => tf.neg(tf.mean(tf.sum(tf.mul(weightClasses(truth, classWeights), tf.logSoftmax(logits, -1)), -1))));
}

/** Class weights of the original's `weighted_categorical_crossentropy`, which knows three classes. */
export const ORIGINAL_CLASS_WEIGHTS: readonly number[] = [1, 5, 10];

/**
 * The original's `weighted_categorical_crossentropy`, for any number of classes: cross-entropy whose terms are weighted by
 * the class of the truth. Truth is one-hot, both are [batch, ..., classes]; one weight a class.
 */
export function weightedCategoricalCrossEntropy(
  truth: Tensor,
  probabilities: Tensor,
  classWeights: readonly number[] = ORIGINAL_CLASS_WEIGHTS,
): Scalar {
  return tf.tidy(() => {
    const normalised = tf.div(probabilities, tf.add(tf.sum(probabilities, -1, true), EPSILON));
    const logs = tf.log(tf.clipByValue(normalised, EPSILON, 1 - EPSILON));
    return tf.neg(tf.mean(tf.sum(tf.mul(weightClasses(truth, classWeights), logs), -1)));
  });
}
