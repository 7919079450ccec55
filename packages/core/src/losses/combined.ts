import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { ORIGINAL_CLASS_WEIGHTS, weightedCategoricalCrossEntropy } from "./cross-entropy.js";
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
