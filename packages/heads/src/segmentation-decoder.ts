import * as tf from "@tensorflow/tfjs-core";
import type { Example, Features, Head, HeadRequest, Mode, NumericArray } from "@ssl3d/core";
import { createUnetDecoder } from "@ssl3d/nn";
import { lossSettings } from "./loss-options.js";
import { LOSSES } from "./losses.js";
import type { SegmentationOptions } from "./options.js";

/** A patch and its truth. */
export interface SegmentationExample extends Example {
  /** [...patchSize, channels]. */
  readonly image: NumericArray & { readonly data: Float32Array };
  /** The class of every voxel, [...patchSize]. */
  readonly truth: NumericArray & { readonly data: Uint8Array };
}

/** A U-Net decoder on an encoder, ending in one probability a class and voxel. */
export function buildSegmentationDecoder(request: HeadRequest<SegmentationOptions>): Head<SegmentationExample> {
  const { encoder, options, classPrior, random } = request;
  const classes = options.labelValues.length;
  const { batchNorm, batchNormEpsilon, dropout, recompute } = options;
  const decoder = createUnetDecoder({ encoder, outputs: classes, batchNorm, batchNormEpsilon, dropout, recompute, random });
  if (classPrior !== undefined) {
    tf.tidy(() => decoder.outputBias.variable.assign(tf.tensor1d(classPrior.map((share) => Math.log(share)))));
  }

  const logitsOf = (images: tf.Tensor, mode: Mode): tf.Tensor => {
    const features = encoder.forward(images, mode);
    const logits = decoder.forward(features, mode);
    release(features);
    return logits;
  };
  const lossOf = LOSSES[options.loss];
  const settings = lossSettings(options);
  return {
    weights: decoder.weights,
    decoder: decoder.body,
    step: ({ tensors: { image, truth } }, mode) =>
      tf.tidy(() => {
        const logits = logitsOf(image, mode);
        // cast, since the wasm backend of tfjs fills a float32 one-hot with the bits of integers
        const oneHot = tf.cast(tf.oneHot(truth, classes), "float32");
        const { loss, dice } = lossOf(oneHot, logits, settings);
        return { loss, metrics: { dice: tf.mean<tf.Scalar>(tf.slice(dice, 1)) } };
      }),
    predict: (images) => tf.tidy(() => tf.softmax(logitsOf(images, { training: false }))),
    dispose: () => decoder.dispose(),
  };
}

/** Lets go of features before the surrounding tidy would. A gradient under way keeps what it needs. */
function release({ pyramid, output, pooled }: Features): void {
  tf.dispose([...pyramid, output, pooled]);
}
