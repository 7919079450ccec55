import type { Encoder } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { imageTooSmall } from "../errors.js";

/**
 * How many numbers an encoder's output has for one image of that size: asked of the encoder, since pooling may round either way. An
 * encoder that does not say computes it, which takes as long as its forward pass.
 * @throws SSL3D_NN_IMAGE_TOO_SMALL where the encoder pools the image away
 */
export function flattenedLength(encoder: Encoder, imageSize: readonly number[]): number {
  const side = Math.min(...imageSize);
  if (side < encoder.output.stride) throw imageTooSmall(side, encoder.output.stride);
  if (encoder.outputSize !== undefined) return encoder.outputSize(imageSize).reduce((count, length) => count * length, encoder.output.channels);
  return tf.tidy(() => encoder.forward(tf.zeros([1, ...imageSize, encoder.channels]), { training: false }).output.size);
}
