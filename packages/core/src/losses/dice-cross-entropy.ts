import * as tf from "@tensorflow/tfjs-core";
import type { NamedTensorMap, Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { hasKernel } from "../engine-kernels.js";
import { categoricalCrossEntropyFromLogits } from "./cross-entropy.js";
import { dicePerClass } from "./dice.js";
import { registerHostLosses } from "./host-losses.js";
import { LOSS_KERNELS } from "./loss-kernels.js";

/** A loss with the soft Dice of every class, a figure to report that takes no gradient. */
export interface ScoredLoss {
  readonly loss: Scalar;
  readonly dice: Tensor1D;
}

/**
 * Soft Dice loss (one minus `diceCoefficient`) plus cross-entropy, from logits: the default for segmentation
 * (Isensee et al. 2021, doi:10.1038/s41592-020-01008-z, methods). It has a gradient by the logits only.
 *
 * @param truth one-hot float32, [batch, ...spatial, classes]
 * @param logits of the same shape
 * @throws RangeError where the shapes differ
 */
export function diceCrossEntropy(truth: Tensor, logits: Tensor): Scalar {
  return tf.tidy(() => scoredDiceCrossEntropy(truth, logits).loss);
}

/** The same, with the Dice it was computed from. The caller owns both tensors. */
export function scoredDiceCrossEntropy(truth: Tensor, logits: Tensor): ScoredLoss {
  if (truth.shape.join() !== logits.shape.join()) {
    throw new RangeError(`Expected truth and logits of one shape, received [${truth.shape.join(", ")}] and [${logits.shape.join(", ")}].`);
  }
  const engine = tf.getBackend();
  if (engine === "cpu") registerHostLosses(engine);
  return hasKernel(LOSS_KERNELS.diceCrossEntropy, engine) ? fused(truth, logits) : composeDiceCrossEntropy(truth, logits);
}

/** {@link scoredDiceCrossEntropy} as some twenty tensor operations, for any engine. */
export function composeDiceCrossEntropy(truth: Tensor, logits: Tensor): ScoredLoss {
  return tf.tidy(() => {
    const dice = dicePerClass(truth, tf.softmax(logits, -1));
    return { loss: tf.add<Scalar>(tf.sub(1, tf.mean(dice)), categoricalCrossEntropyFromLogits(truth, logits)), dice };
  });
}

/** Runs the engine's kernels. What the gradient needs lives until the gradient is taken. */
function fused(truth: Tensor, logits: Tensor): ScoredLoss {
  const floats = tf.cast(truth, "float32");
  const [loss, dice, probabilities, sums] = run<[Scalar, Tensor1D, Tensor, Tensor]>(LOSS_KERNELS.diceCrossEntropy, {
    truth: floats,
    logits,
  });
  const lossOf = tf.customGrad((_logits, save) => {
    (save as unknown as (tensors: Tensor[]) => void)([floats, probabilities, sums]);
    return {
      value: tf.clone(loss),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [savedTruth, savedProbabilities, savedSums] = saved as [Tensor, Tensor, Tensor];
        const inputs = { truth: savedTruth, probabilities: savedProbabilities, sums: savedSums, dy };
        const gradient = run<Tensor>(LOSS_KERNELS.diceCrossEntropyGrad, inputs);
        // A tape that is still on belongs to an outer gradient, which will come back for what was saved.
        if (!tf.engine().isTapeOn()) tf.dispose(saved);
        return gradient;
      },
    };
  });
  const value = lossOf(logits);
  tf.dispose([floats, loss, probabilities, sums]);
  return { loss: value, dice };
}

function run<Result extends Tensor | Tensor[]>(name: string, inputs: NamedTensorMap): Result {
  return tf.engine().runKernel<Result>(name, inputs);
}
