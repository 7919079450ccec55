import { binaryCrossEntropyFromLogits, categoricalCrossEntropyFromLogits } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";

/** A loss and the share of questions answered right. */
export type ContrastiveLoss = { readonly loss: Scalar; readonly metrics: { readonly accuracy: Scalar } };

/**
 * InfoNCE (Taleb et al. 2020, equation 1): the cross-entropy of recognising, by its product with the predicted code, the true code
 * among all candidates; the other candidates are the negatives. Softmax and logarithm are one stable operation. `accuracy` counts
 * predictions whose true code scores highest; codes that tie for it share the hit.
 *
 * @param predictions [predictions, code]
 * @param candidates [candidates, code]
 * @param truth for each prediction, the index of its candidate
 */
export function infoNce(predictions: Tensor, candidates: Tensor, truth: Int32Array): ContrastiveLoss {
  return tf.tidy(() => {
    const scores = tf.matMul(predictions, candidates, false, true);
    const isTrue = tf.cast(tf.oneHot(tf.tensor1d(truth, "int32"), candidates.shape[0]), "float32");
    const isHighest = tf.cast(tf.greaterEqual(scores, tf.max(scores, -1, true)), "float32");
    const hits = tf.div(tf.sum(tf.mul(isTrue, isHighest), -1), tf.sum(isHighest, -1));
    return { loss: categoricalCrossEntropyFromLogits(isTrue, scores), metrics: { accuracy: tf.mean<Scalar>(hits) } };
  });
}

/**
 * How well predicted codes fit the codes given, as the original scores it: the logit of "these are the patches", the mean over terms
 * and over the code of the products.
 * @param predictions [contexts, terms, code]
 * @param codes likewise
 * @returns [contexts]
 */
export function pairLogits(predictions: Tensor, codes: Tensor): Tensor {
  return tf.tidy(() => tf.mean(tf.mul(predictions, codes), [1, 2]));
}

/** The original's loss: binary cross-entropy of telling the true patches from others, as often shown. `accuracy` is the share told right. */
export function pairLoss(predictions: Tensor, trueCodes: Tensor, otherCodes: Tensor): ContrastiveLoss {
  return tf.tidy(() => {
    const positives = pairLogits(predictions, trueCodes);
    const negatives = pairLogits(predictions, otherCodes);
    const truth = tf.concat([tf.onesLike(positives), tf.zerosLike(negatives)]);
    const logits = tf.concat([positives, negatives]);
    const correct = tf.equal(tf.cast(tf.greater(logits, 0), "float32"), truth);
    return {
      loss: binaryCrossEntropyFromLogits(truth, logits),
      metrics: { accuracy: tf.mean<Scalar>(tf.cast(correct, "float32")) },
    };
  });
}
