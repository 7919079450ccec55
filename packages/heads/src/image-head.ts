import * as tf from "@tensorflow/tfjs-core";
import type { BuildRequest, Disposable, Example, LabelledCase, Mode, NumericArray, Random, Weight } from "@ssl3d/core";
import { augment } from "@ssl3d/data";
import { createDenseStack, flattenedLength, globalMaxPool, minimumBatchSizeOf } from "@ssl3d/nn";
import { imageSizeDiffers } from "./errors.js";
import { DENSE_ARCHITECTURES, type ImageNetworkOptions } from "./image-head-options.js";

/** An image and the answers about it. */
export interface ImageExample<Answers extends Uint8Array | Float32Array = Uint8Array> extends Example {
  /** [...size, channels]. */
  readonly image: NumericArray & { readonly data: Float32Array };
  /** A 0 or 1 for every class, [classes], or every number, [numbers]. */
  readonly truth: NumericArray & { readonly data: Answers };
}

/** The network that heads of whole images share: encoder, pooling or flattening, fully connected layers, one logit (or number) an answer. */
export interface ImageNetwork extends Disposable {
  readonly weights: readonly Weight[];
  /** As a trainable's. */
  readonly minimumBatchSize: number;
  /** Bias of the last layer, [answers]. */
  readonly outputBias: Weight;
  /** [batch, ...spatial, channels] to [batch, answers], before any activation. */
  logits(images: tf.Tensor, mode: Mode): tf.Tensor;
}

/**
 * Puts fully connected layers on an encoder; the last has `outputs` answers.
 * @throws SSL3D_NN_IMAGE_TOO_SMALL where the encoder pools a flattened image away
 */
export function createImageNetwork({ encoder, options, inputSize, random }: BuildRequest<ImageNetworkOptions>, outputs: number): ImageNetwork {
  const { features: choice, architecture } = options;
  const shape = DENSE_ARCHITECTURES[architecture];
  const inputs = choice === "flatten" ? flattenedLength(encoder, inputSize) : encoder.levels[encoder.levels.length - 1]!.channels;
  const { widths, batchNorm } = { widths: options.widths ?? shape.widths, batchNorm: options.batchNorm ?? shape.batchNorm };
  const stack = createDenseStack({
    widths,
    batchNorm,
    dropout: options.dropout ?? shape.dropout,
    top: { outputs, activation: "linear" },
    name: "head",
    inputs,
    random,
  });
  // what an encoder has pooled to one number a channel is as long for every size
  const fixedSize = choice === "flatten" && encoder.outputSize?.(inputSize).length !== 0;
  return {
    weights: stack.weights,
    minimumBatchSize: minimumBatchSizeOf({ widths, batchNorm }),
    outputBias: stack.weights[stack.weights.length - 1]!,
    logits: (images, mode) => {
      const size = images.shape.slice(1, -1);
      if (fixedSize && size.join() !== inputSize.join()) throw imageSizeDiffers(inputSize, size);
      return tf.tidy(() => {
        const { pyramid, output, pooled } = encoder.forward(images, mode);
        const seen = { average: () => pooled, max: () => globalMaxPool(pyramid[pyramid.length - 1]!), flatten: () => tf.reshape(output, [-1, inputs]) };
        return stack.forward(seen[choice](), mode);
      });
    },
    dispose: () => stack.dispose(),
  };
}

/** A training example: the image, varied, with its answers. */
export function makeImageExample<Answers extends Uint8Array | Float32Array>(
  { image }: Pick<LabelledCase, "image">,
  answers: Answers,
  { augmentation }: ImageNetworkOptions,
  random: Random,
): ImageExample<Answers> {
  const varied = augmentation === null ? image : augment(image, undefined, augmentation, random.split("augmentation")).image;
  return {
    image: { data: varied.voxels, shape: [...image.size, image.channels] },
    truth: { data: answers, shape: [answers.length] },
  };
}
