import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";

/** By how much the positive must be nearer than the negative in {@link tripletLoss}: the original's. */
export const TRIPLET_MARGIN = 1;

/**
 * Triplet loss of codes [batch, code]: how far the anchor is from the positive beyond its distance from the negative and a
 * margin, where above 0; distances are mean squared differences (Taleb et al. 2020, equation 3; the original's mean over the code).
 */
export function tripletLoss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: number = TRIPLET_MARGIN): Scalar {
  return tf.tidy(() => {
    const distanceTo = (code: Tensor): Tensor => tf.mean(tf.squaredDifference(anchor, code), -1);
    return tf.mean<Scalar>(tf.relu(tf.add(tf.sub(distanceTo(positive), distanceTo(negative)), margin)));
  });
}
