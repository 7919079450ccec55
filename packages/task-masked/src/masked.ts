import * as tf from "@tensorflow/tfjs-core";
import { defineTask, type BuildRequest, type Example, type Figure, type Mode, type NumericArray, type TaskPlugin, type Trainable } from "@ssl3d/core";
import { createUnetDecoder, requireInputs, upsampleLinear } from "@ssl3d/nn";
import { sizeNoMultiple } from "./errors.js";
import { blockGrid, hideBlocks, type HiddenBlocks } from "./hide-blocks.js";
import { maskedOptions, type MaskedOptions } from "./options.js";
import { scoreReconstruction } from "./reconstruction.js";

/** An image with blocks hidden, and what it was. */
export interface MaskedExample extends Example, HiddenBlocks {
  /** [...spatial, channels]. */
  readonly original: NumericArray & { readonly data: Float32Array };
}

/**
 * Masked-volume reconstruction: most of the image is hidden block by block, and a U-Net decoder restores all channels of
 * what is hidden (He et al. 2022, arXiv:2111.06377; with convolutions Xie et al. 2022, arXiv:2111.09886). Loss: mean squared
 * error of the hidden voxels. Metric: `r2`, the share of their variance that is explained.
 */
export const masked: TaskPlugin<"masked", MaskedOptions, MaskedExample> = defineTask({
  name: "masked",
  summary: "Restores blocks of the image that were hidden from the network",
  ranks: [2, 3],
  options: maskedOptions,
  references: ["arXiv:2111.06377", "arXiv:2111.09886"],
  example: (volume, { blockSize, maskFraction }, random): MaskedExample => ({
    ...hideBlocks(volume, blockSize, maskFraction, random),
    original: { data: volume.voxels, shape: [...volume.size, volume.channels] },
  }),
  build: buildReconstruction,
  preview: ({ image, hidden, original }, { blockSize }): readonly Figure[] => {
    const share = Math.round((100 * hidden.data.reduce((sum, value) => sum + value, 0)) / hidden.data.length);
    return [
      {
        title: "What the network sees",
        caption: `${share} % of the image is hidden, in blocks of ${blockSize} voxels a side. The network sees one even grey in them.`,
        image,
        overlay: { data: Uint8Array.from(hidden.data), shape: hidden.shape },
        labels: { 1: "hidden" },
      },
      {
        title: "What it is asked to restore",
        caption: "The network fills in the hidden blocks, outlined here, from what is visible around them. This is the right answer.",
        image: original,
        outline: { data: Uint8Array.from(hidden.data), shape: hidden.shape },
      },
    ];
  },
});

/** A U-Net decoder from the encoder's levels to the image's channels. `infer` takes images, blocks hidden or not, to the images restored. */
function buildReconstruction({ encoder, options, inputSize, random }: BuildRequest<MaskedOptions>): Trainable<MaskedExample> {
  const { blockSize, visibleWeight, batchNorm, dropout, recompute } = options;
  blockGrid(inputSize, blockSize);
  if (inputSize.some((length) => length % encoder.output.stride !== 0)) throw sizeNoMultiple(inputSize, encoder.output.stride);
  const decoder = createUnetDecoder({ encoder, outputs: encoder.channels, batchNorm, dropout, recompute, random });
  const restore = (image: tf.Tensor, mode: Mode): tf.Tensor => {
    const features = encoder.forward(image, mode);
    const decoded = decoder.forward(features, mode);
    tf.dispose([...features.pyramid, features.output, features.pooled]);
    // a decoder may end at an encoder's first level, which is strided in some
    const factor = image.shape[1]! / decoded.shape[1]!;
    return factor === 1 ? decoded : upsampleLinear(decoded, factor);
  };
  return {
    weights: decoder.weights,
    step: ({ tensors: { image, hidden, original } }, mode) =>
      tf.tidy(() => {
        const { loss, r2 } = scoreReconstruction(original, restore(image, mode), hidden, visibleWeight);
        return { loss, metrics: { r2 } };
      }),
    infer: (raw) => {
      const [image] = requireInputs("masked", raw, [[...inputSize, encoder.channels]]) as [tf.Tensor];
      return tf.tidy(() => restore(image, { training: false }));
    },
    dispose: () => decoder.dispose(),
  };
}
