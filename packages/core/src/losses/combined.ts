import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { categoricalCrossEntropyFromLogits, ORIGINAL_CLASS_WEIGHTS, weightedCategoricalCrossEntropy } from "./cross-entropy.js";
import { diceCoefficient } from "./dice.js";
import { jaccardDistance } from "./jaccard.js";

/** The original's `weighted_sum_loss`: half {@link jaccardDistance}, half {@link weightedCategoricalCrossEntropy}. */
export function weightedSumLoss(
  truth: Tensor,
  probabilities: Tensor,
  classWeights: readonly number[] = ORIGINAL_CLASS_WEIGHTS,
): Scalar {
  return tf.tidy(() => {
    const sum = tf.add(
      jaccardDistance(truth, probabilities),
      weightedCategoricalCrossEntropy(truth, probabilities, classWeights),
    );
    return tf.mul(sum, 0.5);
  });
}

/**
 * Soft Dice loss (one minus {@link diceCoefficient}) plus cross-entropy, from logits: the default for segmentation
 * (Isensee et al. 2021, doi:10.1038/s41592-020-01008-z, methods). Truth is one-hot, both are [batch, ...spatial, classes].
 */
export function diceCrossEntropy(truth: Tensor, logits: Tensor): Scalar {
  return tf.tidy(() => {
    const dice = tf.sub(1, diceCoefficient(truth, tf.softmax(logits, -1)));
    return tf.add(dice, categoricalCrossEntropyFromLogits(truth, logits));
  });
}
