import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { ORIGINAL_CLASS_WEIGHTS, weightedCategoricalCrossEntropy } from "./cross-entropy.js";
import { jaccardDistance } from "./jaccard.js";

/**
 * Half {@link jaccardDistance}, half {@link weightedCategoricalCrossEntropy}: the original's `weighted_sum_loss` where
 * `jaccardScale` is ORIGINAL_JACCARD_SCALE, and what it was meant to be with the default of 1. The weights are the
 * cross-entropy's.
 */
export function weightedSumLoss(
  truth: Tensor,
  probabilities: Tensor,
  classWeights: readonly number[] = ORIGINAL_CLASS_WEIGHTS,
  jaccardScale = 1,
): Scalar {
  return tf.tidy(() => {
    const sum = tf.add(
      jaccardDistance(truth, probabilities, { scale: jaccardScale }),
      weightedCategoricalCrossEntropy(truth, probabilities, classWeights),
    );
    return tf.mul(sum, 0.5);
  });
}
