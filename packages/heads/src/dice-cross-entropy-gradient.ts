/** A loss and its derivative by every logit. */
export interface LossGradient {
  readonly loss: number;
  /** The logits' shape. */
  readonly gradient: Float32Array;
}

/** Keeps ratios of empty classes defined, as in `diceCrossEntropy`. */
const SMOOTH = 1e-5;

/**
 * `diceCrossEntropy` of @ssl3d/core and its gradient in two passes over the voxels: soft Dice loss plus the mean
 * cross-entropy. As tensor operations it is some twenty passes, most of the time of training a linear layer.
 *
 * @param logits [voxels, classes]
 * @param truth class of every voxel
 */
export function diceCrossEntropyGradient(logits: Float32Array, truth: Uint8Array, classes: number): LossGradient {
  const voxels = truth.length;
  const overlap = new Float64Array(classes);
  const total = new Float64Array(classes);
  const gradient = new Float32Array(logits.length);
  let crossEntropy = 0;
  // First pass: probabilities, kept where the gradient will stand.
  for (let voxel = 0, base = 0; voxel < voxels; voxel++, base += classes) {
    let largest = logits[base]!;
    for (let c = 1; c < classes; c++) largest = Math.max(largest, logits[base + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += gradient[base + c] = Math.exp(logits[base + c]! - largest);
    const actual = truth[voxel]!;
    for (let c = 0; c < classes; c++) total[c]! += gradient[base + c]! /= sum;
    overlap[actual]! += gradient[base + actual]!;
    total[actual]!++;
    crossEntropy += Math.log(sum) + largest - logits[base + actual]!;
  }
  // Derivative of the Dice loss by a probability of class c: `inside[c]` where c is the truth, else `outside[c]`.
  let dice = 0;
  const inside = new Float64Array(classes);
  const outside = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    const bottom = total[c]! + SMOOTH;
    const ratio = (2 * overlap[c]! + SMOOTH) / bottom;
    dice += ratio / classes;
    outside[c] = ratio / (bottom * classes);
    inside[c] = outside[c]! - 2 / (bottom * classes);
  }
  // Second pass: through the softmax, p_c (g_c - sum of p g), plus that of the cross-entropy, (p_c - y_c) / voxels.
  for (let voxel = 0, base = 0; voxel < voxels; voxel++, base += classes) {
    const actual = truth[voxel]!;
    let mean = gradient[base + actual]! * (inside[actual]! - outside[actual]!);
    for (let c = 0; c < classes; c++) mean += gradient[base + c]! * outside[c]!;
    for (let c = 0; c < classes; c++) {
      const p = gradient[base + c]!;
      gradient[base + c] =
        c === actual ? p * (inside[c]! - mean) + (p - 1) / voxels : p * (outside[c]! - mean) + p / voxels;
    }
  }
  return { loss: 1 - dice + crossEntropy / voxels, gradient };
}
