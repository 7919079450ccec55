import * as tf from "@tensorflow/tfjs-core";
import {
  diceCrossEntropy,
  jaccardDistance,
  weightedCategoricalCrossEntropy,
  weightedDiceLoss,
  weightedSumLoss,
} from "@ssl3d/core";

/** A loss between one-hot truth and logits, both [batch, ...spatial, classes]. */
type Loss = (truth: tf.Tensor, logits: tf.Tensor, classWeights: readonly number[] | undefined) => tf.Scalar;

/** The losses a segmentation can be trained with: the default, and the original's by their names there. */
export const LOSSES = {
  "dice-cross-entropy": (truth, logits) => diceCrossEntropy(truth, logits),
  "weighted-dice": (truth, logits) => weightedDiceLoss(truth, tf.softmax(logits)),
  "weighted-cross-entropy": (truth, logits, weights) => weightedCategoricalCrossEntropy(truth, tf.softmax(logits), weights),
  "jaccard-distance": (truth, logits) => jaccardDistance(truth, tf.softmax(logits)),
  "weighted-sum": (truth, logits, weights) => weightedSumLoss(truth, tf.softmax(logits), weights),
} as const satisfies Record<string, Loss>;

/** Name of a segmentation loss. */
export type LossName = keyof typeof LOSSES;
