import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { weightClasses } from "./class-weights.js";
import { EPSILON } from "./cross-entropy.js";

/**
 * Binary cross-entropy, the mean over all elements of independent yes-or-no questions. Takes logits, which is exact for any
 * magnitude; `truth` holds 0 and 1 in the shape of `logits`.
 *
 * @param classWeights one a question (the last axis); default 1
 */
export function binaryCrossEntropyFromLogits(truth: Tensor, logits: Tensor, classWeights?: readonly number[]): Scalar {
  return tf.tidy(() => tf.mean<Scalar>(weightClasses(tf.sub(tf.softplus(logits), tf.mul(truth, logits)), classWeights)));
}

/**
 * Binary cross-entropy from probabilities, as Keras computes `binary_crossentropy`: clipped to [EPSILON, 1 - EPSILON], EPSILON
 * added within the logarithm, the mean over all elements. Both are [batch, ..., questions].
 *
 * @param classWeights one a question; default 1
 */
export function binaryCrossEntropy(truth: Tensor, probabilities: Tensor, classWeights?: readonly number[]): Scalar {
  return tf.tidy(() => {
    const clipped = tf.clipByValue(probabilities, EPSILON, 1 - EPSILON);
    const yes = tf.mul(truth, tf.log(tf.add(clipped, EPSILON)));
    const no = tf.mul(tf.sub(1, truth), tf.log(tf.add(tf.sub(1, clipped), EPSILON)));
    return tf.neg(tf.mean<Scalar>(weightClasses(tf.add(yes, no), classWeights)));
  });
}
