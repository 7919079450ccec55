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

/** Name of a segmentation loss. */
export type LossName =
  | "dice-cross-entropy"
  | "weighted-dice"
  | "weighted-cross-entropy"
  | "jaccard-distance"
  | "weighted-sum";

/** The losses a segmentation can be trained with: the default, and the original's under their names there. */
export const LOSSES: Readonly<Record<LossName, Loss>> = {
  "dice-cross-entropy": (truth, logits) => diceCrossEntropy(truth, logits),
  "weighted-dice": (truth, logits) => weightedDiceLoss(truth, tf.softmax(logits)),
  "weighted-cross-entropy": (truth, logits, weights) =>
    weightedCategoricalCrossEntropy(truth, tf.softmax(logits), weights),
  "jaccard-distance": (truth, logits) => jaccardDistance(truth, tf.softmax(logits)),
  "weighted-sum": (truth, logits, weights) => weightedSumLoss(truth, tf.softmax(logits), weights),
};
