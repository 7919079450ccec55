import * as tf from "@tensorflow/tfjs-core";
import {
  binaryCrossEntropy,
  categoricalCrossEntropyFromLogits,
  diceCoefficient,
  dicePerClass,
  focalLoss,
  jaccardDistance,
  ORIGINAL_JACCARD_SCALE,
  scoredDiceCrossEntropy,
  weightedCategoricalCrossEntropy,
  weightedDiceLoss,
  weightedSumLoss,
  type ScoredLoss,
} from "@ssl3d/core";

/** What the losses can be told. */
export interface LossSettings {
  /** One a class; undefined weighs all alike (the original's weights in the original's weighted cross-entropies). */
  readonly classWeights: readonly number[] | undefined;
  /** Exponent of the focal loss. */
  readonly focalGamma: number;
}

/** A loss between one-hot truth and logits, both [batch, ..., classes], with the soft Dice of every class. */
type Loss = (truth: tf.Tensor, logits: tf.Tensor, settings: LossSettings) => ScoredLoss;

/** Name of a loss between classes. */
export type LossName =
  | "dice-cross-entropy"
  | "cross-entropy"
  | "focal"
  | "binary-cross-entropy"
  | "weighted-dice"
  | "weighted-cross-entropy"
  | "jaccard-distance"
  | "weighted-sum"
  | "original-jaccard-distance"
  | "original-weighted-sum";

/**
 * The losses that a head with classes can be trained with, of voxels or of images. Those called "original" keep the factor of
 * 1e-5 that makes the original's Jaccard distance vanish.
 */
export const LOSSES: Readonly<Record<LossName, Loss>> = {
  "dice-cross-entropy": (truth, logits, { classWeights }) =>
    classWeights === undefined ? scoredDiceCrossEntropy(truth, logits) : weightedDiceCrossEntropy(truth, logits, classWeights),
  "cross-entropy": fromLogits((truth, logits, { classWeights }) => categoricalCrossEntropyFromLogits(truth, logits, classWeights)),
  focal: fromLogits((truth, logits, { classWeights, focalGamma }) => focalLoss(truth, logits, focalGamma, classWeights)),
  "binary-cross-entropy": fromProbabilities((truth, shares, { classWeights }) => binaryCrossEntropy(truth, shares, classWeights)),
  "weighted-dice": fromProbabilities((truth, shares, { classWeights }) => weightedDiceLoss(truth, shares, classWeights)),
  "weighted-cross-entropy": fromProbabilities((truth, shares, { classWeights }) => weightedCategoricalCrossEntropy(truth, shares, classWeights)),
  "jaccard-distance": fromProbabilities((truth, shares, { classWeights }) => jaccardDistance(truth, shares, { classWeights })),
  "weighted-sum": fromProbabilities((truth, shares, { classWeights }) => weightedSumLoss(truth, shares, classWeights)),
  "original-jaccard-distance": fromProbabilities((truth, shares, { classWeights }) =>
    jaccardDistance(truth, shares, { scale: ORIGINAL_JACCARD_SCALE, classWeights }),
  ),
  "original-weighted-sum": fromProbabilities((truth, shares, { classWeights }) =>
    weightedSumLoss(truth, shares, classWeights, ORIGINAL_JACCARD_SCALE),
  ),
};

type ScalarLoss = (truth: tf.Tensor, prediction: tf.Tensor, settings: LossSettings) => tf.Scalar;

function fromLogits(loss: ScalarLoss): Loss {
  return (truth, logits, settings) =>
    tf.tidy(() => ({ loss: loss(truth, logits, settings), dice: dicePerClass(truth, tf.softmax(logits)) }));
}

function fromProbabilities(loss: ScalarLoss): Loss {
  return (truth, logits, settings) =>
    tf.tidy(() => {
      const probabilities = tf.softmax(logits);
      return { loss: loss(truth, probabilities, settings), dice: dicePerClass(truth, probabilities) };
    });
}

function weightedDiceCrossEntropy(truth: tf.Tensor, logits: tf.Tensor, classWeights: readonly number[]): ScoredLoss {
  return tf.tidy(() => {
    const probabilities = tf.softmax(logits);
    const dice = tf.sub(1, diceCoefficient(truth, probabilities, classWeights));
    const loss = tf.add<tf.Scalar>(dice, categoricalCrossEntropyFromLogits(truth, logits, classWeights));
    return { loss, dice: dicePerClass(truth, probabilities) };
  });
}
