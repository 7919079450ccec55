import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";

/**
 * Binary cross-entropy, the mean over all elements of independent yes-or-no questions. Takes logits, which is exact for any
 * magnitude; `truth` holds 0 and 1 in the shape of `logits`.
 */
export function binaryCrossEntropyFromLogits(truth: Tensor, logits: Tensor): Scalar {
  return tf.tidy(() => tf.mean<Scalar>(tf.sub(tf.softplus(logits), tf.mul(truth, logits))));
}
