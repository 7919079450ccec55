/**
 * Kernels that compute a loss in one pass. An engine registers both with tfjs' `registerKernel`; without them the loss runs
 * as a composition of some twenty stock operations. All tensors are float32.
 */
export const LOSS_KERNELS = {
  /**
   * {truth, logits: [..., classes]} -> [loss: [], dice: [classes], probabilities: [..., classes], sums: [2, classes]]:
   * p = softmax(logits) over the last axis; sums[0] = the sum over all axes but the last of truth p, sums[1] = that of truth + p;
   * dice = (2 sums[0] + 1e-5) / (sums[1] + 1e-5);
   * loss = 1 - mean(dice) - mean over positions of the sum over classes of truth log(p).
   * Truth is one-hot; log(p) comes from the logits, so that a p of 0 stays finite.
   */
  diceCrossEntropy: "Ssl3dDiceCrossEntropy",
  /** {truth, probabilities, sums, dy: []} -> [dlogits = dy x the derivative of the loss by the logits] */
  diceCrossEntropyGrad: "Ssl3dDiceCrossEntropyGrad",
} as const;
