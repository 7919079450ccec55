import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { TrainingOptions } from "./options.js";

/** The limits that {@link clipGradients} applies, null where there is none. */
export type ClipOptions = Pick<TrainingOptions, "clipValue" | "clipNorm" | "clipGlobalNorm">;

/**
 * Clips gradients as Keras does: each element to +-clipValue, then each tensor to the norm clipNorm; then, which Keras
 * offers only as an alternative, all together to the norm clipGlobalNorm. Returns new tensors; call it within a tidy.
 */
export function clipGradients(gradients: readonly Tensor[], options: ClipOptions): Tensor[] {
  const { clipValue, clipNorm, clipGlobalNorm } = options;
  let clipped = [...gradients];
  if (clipValue !== null) clipped = clipped.map((gradient) => tf.clipByValue(gradient, -clipValue, clipValue));
  if (clipNorm !== null) clipped = clipped.map((gradient) => scaleToNorm(gradient, globalNorm([gradient]), clipNorm));
  if (clipGlobalNorm !== null) {
    const norm = globalNorm(clipped);
    clipped = clipped.map((gradient) => scaleToNorm(gradient, norm, clipGlobalNorm));
  }
  return clipped;
}

/** Euclidean norm of several tensors taken together. Not finite where an element is not, or its square overflows. */
export function globalNorm(tensors: readonly Tensor[]): tf.Scalar {
  return tf.tidy(() => tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum<tf.Scalar>(tf.square(tensor))))));
}

function scaleToNorm(tensor: Tensor, norm: tf.Scalar, limit: number): Tensor {
  return tf.tidy(() => tf.mul(tensor, tf.div(limit, tf.maximum(norm, limit))));
}
