import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { categoricalCrossEntropyFromLogits } from "./cross-entropy.js";
import { dicePerClass } from "./dice.js";
import { measureDiceCrossEntropy, type DiceCrossEntropyMeasure } from "./measure-dice-cross-entropy.js";

/** A loss with the soft Dice of every class, a figure to report that takes no gradient. */
export interface ScoredLoss {
  readonly loss: Scalar;
  readonly dice: Tensor1D;
}

/**
 * Soft Dice loss (one minus `diceCoefficient`) plus cross-entropy, from logits: the default for segmentation
 * (Isensee et al. 2021, doi:10.1038/s41592-020-01008-z, methods). Truth is one-hot, both are [batch, ...spatial, classes].
 * It has a gradient by the logits only.
 */
export function diceCrossEntropy(truth: Tensor, logits: Tensor): Scalar {
  return tf.tidy(() => scoredDiceCrossEntropy(truth, logits).loss);
}

/** The same, with the Dice it was computed from. The caller owns both tensors. */
export function scoredDiceCrossEntropy(truth: Tensor, logits: Tensor): ScoredLoss {
  if (!HOST_ENGINES.includes(tf.getBackend())) return composeDiceCrossEntropy(truth, logits);
  const measured = measure(truth, logits);
  const lossOf = tf.customGrad(() => ({
    value: tf.scalar(measured.loss),
    gradFunc: (dy: Tensor) => tf.tensor(measured.gradient(dy.dataSync()[0]), logits.shape, "float32"),
  }));
  return { loss: lossOf(logits) as Scalar, dice: tf.tensor1d(measured.dice) };
}

/** {@link scoredDiceCrossEntropy} as some twenty tensor operations, for any engine. */
export function composeDiceCrossEntropy(truth: Tensor, logits: Tensor): ScoredLoss {
  return tf.tidy(() => {
    const dice = dicePerClass(truth, tf.softmax(logits, -1));
    return { loss: tf.add<Scalar>(tf.sub(1, tf.mean(dice)), categoricalCrossEntropyFromLogits(truth, logits)), dice };
  });
}

/** Engines whose tensors are the processor's own memory: reading them costs a copy at the most. */
const HOST_ENGINES: readonly string[] = ["cpu", "wasm"];

function measure(truth: Tensor, logits: Tensor): DiceCrossEntropyMeasure {
  if (truth.shape.join() !== logits.shape.join()) {
    throw new RangeError(`Expected truth and logits of one shape, received [${truth.shape.join(", ")}] and [${logits.shape.join(", ")}].`);
  }
  return measureDiceCrossEntropy(truth.dataSync<"float32">(), logits.dataSync<"float32">(), logits.shape.at(-1)!);
}
