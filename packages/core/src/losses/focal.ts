import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { weightClasses } from "./class-weights.js";

/** The exponent of {@link focalLoss}; the authors' own. */
export const FOCAL_GAMMA = 2;

/**
 * Focal loss (Lin et al. 2017, doi:10.1109/ICCV.2017.324, equation 4) from logits: cross-entropy whose terms are multiplied by
 * (1 - p)^gamma, p the probability of the true class, so that what is already right counts little; with gamma 0 it is
 * cross-entropy. Mean over positions. Truth is one-hot, both are [batch, ..., classes].
 *
 * @param classWeights one a class (the paper's alpha); default 1
 * @throws RangeError for another number of weights than classes
 */
export function focalLoss(truth: Tensor, logits: Tensor, gamma: number = FOCAL_GAMMA, classWeights?: readonly number[]): Scalar {
  return tf.tidy(() => {
    const logs = tf.logSoftmax(logits, -1);
    // 1 - p can round to 0, where the power's gradient would be infinite for gamma below 1
    const rest = tf.clipByValue(tf.sub(1, tf.exp(logs)), 1e-7, 1);
    const terms = tf.mul(weightClasses(truth, classWeights), tf.mul(tf.pow(rest, gamma), logs));
    return tf.neg(tf.mean(tf.sum(terms, -1)));
  });
}
