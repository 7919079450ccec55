import { DICE_SMOOTH } from "./dice.js";

/** `diceCrossEntropy` of one batch, as plain numbers. */
export interface DiceCrossEntropyMeasure {
  readonly loss: number;
  /** Soft Dice of every class. */
  readonly dice: Float32Array;
  /** Softmax of the logits, in their shape. */
  readonly probabilities: Float32Array;
  /** [2, classes]: over all voxels, the sum of truth times probability, and that of truth plus probability. */
  readonly sums: Float64Array;
  /** The derivative of `scale` times the loss by every logit, in the logits' shape. Default 1. */
  readonly gradient: (scale?: number) => Float32Array;
}

/** One-hot truth, [voxels, classes]. */
type Truth = Float32Array | Int32Array | Uint8Array;

/**
 * Soft Dice loss plus mean cross-entropy in one pass over the voxels, and their gradient in another; as tensor
 * operations it is some twenty passes.
 *
 * @param truth one-hot, [voxels, classes]; `logits` likewise
 * @param probabilities takes the softmax of the logits; a new array if left out
 */
export function measureDiceCrossEntropy(
  truth: Truth,
  logits: Float32Array,
  classes: number,
  probabilities: Float32Array = new Float32Array(logits.length),
): DiceCrossEntropyMeasure {
  const voxels = logits.length / classes;
  const sums = new Float64Array(2 * classes);
  let crossEntropy = 0;
  for (let base = 0; base < logits.length; base += classes) {
    let largest = logits[base]!;
    for (let c = 1; c < classes; c++) if (logits[base + c]! > largest) largest = logits[base + c]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const shifted = logits[base + c]! - largest;
      sum += probabilities[base + c] = shifted === 0 ? 1 : Math.exp(shifted);
    }
    const logSum = Math.log(sum) + largest;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[base + c]! / sum;
      const actual = truth[base + c]!;
      probabilities[base + c] = p;
      sums[c]! += p * actual;
      sums[classes + c]! += p + actual;
      if (actual !== 0) crossEntropy += actual * (logSum - logits[base + c]!);
    }
  }
  const dice = new Float32Array(classes);
  let diceSum = 0;
  for (let c = 0; c < classes; c++) {
    const ratio = (2 * sums[c]! + DICE_SMOOTH) / (sums[classes + c]! + DICE_SMOOTH);
    dice[c] = ratio;
    diceSum += ratio;
  }
  return {
    loss: 1 - diceSum / classes + crossEntropy / voxels,
    dice,
    probabilities,
    sums,
    gradient: (scale = 1) => {
      const gradient = new Float32Array(logits.length);
      differentiateDiceCrossEntropy({ truth, probabilities, sums }, scale, gradient);
      return gradient;
    },
  };
}

/** What the derivative needs of {@link DiceCrossEntropyMeasure}. */
export interface DiceCrossEntropyFirstPass {
  readonly truth: Truth;
  readonly probabilities: Float32Array;
  readonly sums: Float64Array | Float32Array;
}

/** Writes the derivative of `scale` times the loss by every logit to `gradient`, which is in the logits' shape. */
export function differentiateDiceCrossEntropy(
  { truth, probabilities, sums }: DiceCrossEntropyFirstPass,
  scale: number,
  gradient: Float32Array,
): void {
  const classes = sums.length / 2;
  // The derivative of the Dice loss by a probability of class c is outside[c] + truth x inside[c].
  const inside = new Float64Array(classes);
  const outside = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    const bottom = sums[classes + c]! + DICE_SMOOTH;
    outside[c] = (scale * (2 * sums[c]! + DICE_SMOOTH)) / (bottom * bottom * classes);
    inside[c] = (-2 * scale) / (bottom * classes);
  }
  const share = (scale * classes) / probabilities.length;
  // Through the softmax, p_c (g_c - sum of p g), plus that of the cross-entropy, (p_c - y_c) / voxels.
  for (let base = 0; base < gradient.length; base += classes) {
    let mean = 0;
    let certainty = 0;
    for (let c = 0; c < classes; c++) {
      const actual = truth[base + c]!;
      certainty += actual;
      mean += probabilities[base + c]! * (outside[c]! + actual * inside[c]!);
    }
    for (let c = 0; c < classes; c++) {
      const p = probabilities[base + c]!;
      const actual = truth[base + c]!;
      gradient[base + c] = p * (outside[c]! + actual * inside[c]! - mean) + share * (p * certainty - actual);
    }
  }
}
