import * as tf from "@tensorflow/tfjs-core";
import {
  dicePerClass,
  jaccardDistance,
  scoredDiceCrossEntropy,
  weightedCategoricalCrossEntropy,
  weightedDiceLoss,
  weightedSumLoss,
  type ScoredLoss,
} from "@ssl3d/core";

/** A loss between one-hot truth and logits, both [batch, ...spatial, classes], with the soft Dice of every class. */
type Loss = (truth: tf.Tensor, logits: tf.Tensor, classWeights: readonly number[] | undefined) => ScoredLoss;

/** Name of a segmentation loss. */
export type LossName =
  | "dice-cross-entropy"
  | "weighted-dice"
  | "weighted-cross-entropy"
  | "jaccard-distance"
  | "weighted-sum";

/** The losses a segmentation can be trained with: the default, and the original's under their names there. */
export const LOSSES: Readonly<Record<LossName, Loss>> = {
  "dice-cross-entropy": (truth, logits) => scoredDiceCrossEntropy(truth, logits),
  "weighted-dice": fromProbabilities((truth, probabilities) => weightedDiceLoss(truth, probabilities)),
  "weighted-cross-entropy": fromProbabilities(weightedCategoricalCrossEntropy),
  "jaccard-distance": fromProbabilities((truth, probabilities) => jaccardDistance(truth, probabilities)),
  "weighted-sum": fromProbabilities(weightedSumLoss),
};

function fromProbabilities(
  loss: (truth: tf.Tensor, probabilities: tf.Tensor, classWeights: readonly number[] | undefined) => tf.Scalar,
): Loss {
  return (truth, logits, classWeights) =>
    tf.tidy(() => {
      const probabilities = tf.softmax(logits);
      return { loss: loss(truth, probabilities, classWeights), dice: dicePerClass(truth, probabilities) };
    });
}
