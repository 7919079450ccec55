import * as tf from "@tensorflow/tfjs-core";
import type { BuildRequest, Disposable, Example, LabelledCase, Mode, NumericArray, Random, Weight } from "@ssl3d/core";
import { augment } from "@ssl3d/data";
import { createDenseStack, DENSE_STACKS, flattenedLength, globalMaxPool } from "@ssl3d/nn";
import { imageSizeDiffers } from "./errors.js";
import { DENSE_ARCHITECTURES, type ImageHeadOptions } from "./image-head-options.js";

/** An image and the answers about it. */
export interface ImageExample extends Example {
  /** [...size, channels]. */
  readonly image: NumericArray & { readonly data: Float32Array };
  /** A 0 or 1 for every class, [classes]. */
  readonly truth: NumericArray & { readonly data: Uint8Array };
}

/** The network that heads of whole images share: encoder, pooling or flattening, fully connected layers, one logit a class. */
export interface ImageNetwork extends Disposable {
  readonly weights: readonly Weight[];
  /** Bias of the last layer, [classes]. */
  readonly outputBias: Weight;
  /** [batch, ...spatial, channels] to [batch, classes]. */
  logits(images: tf.Tensor, mode: Mode): tf.Tensor;
}

/** Puts fully connected layers on an encoder. Throws SSL3D_NN_IMAGE_TOO_SMALL where the encoder pools a flattened image away. */
export function createImageNetwork({ encoder, options, inputSize, random }: BuildRequest<ImageHeadOptions>): ImageNetwork {
  const { features: choice, architecture, classes } = options;
  const shape = DENSE_ARCHITECTURES[architecture];
  const inputs = choice === "flatten" ? flattenedLength(encoder, inputSize) : encoder.levels[encoder.levels.length - 1]!.channels;
  const stack = createDenseStack({
    ...DENSE_STACKS.plain,
    ...shape,
    widths: options.widths ?? shape.widths,
    dropout: options.dropout ?? shape.dropout,
    top: { outputs: classes, activation: "linear" },
    name: "head",
    inputs,
    includeTop: true,
    random,
  });
  return {
    weights: stack.weights,
    outputBias: stack.weights[stack.weights.length - 1]!,
    logits: (images, mode) => {
      const size = images.shape.slice(1, -1);
      if (choice === "flatten" && size.join() !== inputSize.join()) throw imageSizeDiffers(inputSize, size);
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
export function makeImageExample(
  { image }: Pick<LabelledCase, "image">,
  answers: Uint8Array,
  { augmentation }: ImageHeadOptions,
  random: Random,
): ImageExample {
  const varied = augmentation === null ? image : augment(image, undefined, augmentation, random.split("augmentation")).image;
  return {
    image: { data: varied.voxels, shape: [...image.size, image.channels] },
    truth: { data: answers, shape: [answers.length] },
  };
}
