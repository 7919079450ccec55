import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { meanOfClasses } from "./class-weights.js";

/** Keeps ratios of empty classes defined. */
export const DICE_SMOOTH = 1e-5;

/** Sums over all axes but the last: the batch and all positions together. [..., classes] -> [classes]. */
export function sumPerClass(values: Tensor): Tensor1D {
  return tf.sum(values, values.shape.slice(0, -1).map((_, axis) => axis));
}

/**
 * Soft Dice of every class, over the whole batch. Truth is one-hot, both are [batch, ...spatial, classes]. An empty class
 * that is predicted empty scores 1.
 */
export function dicePerClass(truth: Tensor, probabilities: Tensor): Tensor1D {
  return tf.tidy(() => {
    const overlap = sumPerClass(tf.mul(truth, probabilities));
    const total = tf.add(sumPerClass(truth), sumPerClass(probabilities));
    return tf.div(tf.mul(tf.add(overlap, DICE_SMOOTH / 2), 2), tf.add(total, DICE_SMOOTH));
  });
}

/** Mean over classes of the soft Dice: the original's `weighted_dice_coefficient`, which has no weights; here it can have. */
export function diceCoefficient(truth: Tensor, probabilities: Tensor, classWeights?: readonly number[]): Scalar {
  return tf.tidy(() => meanOfClasses(dicePerClass(truth, probabilities), classWeights));
}

/** The original's `weighted_dice_loss`: the negative of {@link diceCoefficient}, from -1 (perfect) to 0. */
export function weightedDiceLoss(truth: Tensor, probabilities: Tensor, classWeights?: readonly number[]): Scalar {
  return tf.tidy(() => tf.neg(diceCoefficient(truth, probabilities, classWeights)));
}
