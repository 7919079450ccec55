import * as tf from "@tensorflow/tfjs-core";
import { categoricalCrossEntropyFromLogits } from "@ssl3d/core";
import type { Encoder, Example, Mode, NumericArray, Random, Trainable } from "@ssl3d/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { z } from "zod";
import { createDense } from "../layers/dense-layer.js";
import { createSequence } from "../layers/layer.js";
import { createDenseStack, DENSE_STACKS, minimumBatchSizeOf } from "./dense-stack.js";
import { flattenedLength } from "./flattened-length.js";
import { requireInputs } from "./require-inputs.js";

/** One or several images and the class of what was done to them. */
export interface ClassifiedImages extends Example {
  /** [...spatial, channels], or [images, ...spatial, channels] where an example has several. */
  readonly image: NumericArray & { readonly data: Float32Array };
  /** One whole number, shape []. */
  readonly label: NumericArray & { readonly data: Int32Array };
}

/** The fully connected layers between an encoder and a proxy task's classes. */
export interface ClassifierOptions {
  readonly widths: readonly number[];
  readonly batchNorm: boolean;
  readonly dropout: number;
}

const { widths, batchNorm, dropout } = DENSE_STACKS.wide;

/** Fields of {@link ClassifierOptions} for a task's schema; the defaults are the original's `big_fully`. */
export const classifierFields: {
  readonly widths: z.ZodType<readonly number[], readonly number[] | undefined>;
  readonly batchNorm: z.ZodType<boolean, boolean | undefined>;
  readonly dropout: z.ZodType<number, number | undefined>;
} = {
  widths: z
    .array(z.int().positive())
    .readonly()
    .default(widths)
    .describe("Outputs of each fully connected layer; narrower ones save most of the task's memory; none is a linear classifier"),
  batchNorm: z.boolean().default(batchNorm).describe("Batch normalisation after each fully connected layer"),
  dropout: z.number().min(0).lt(1).default(dropout).describe("Dropout rate after each fully connected layer"),
};

/** What a classifier is built from. */
export interface ImageClassifierRequest {
  /** For messages, e.g. "jigsaw". */
  readonly name: string;
  readonly encoder: Encoder;
  /** Spatial size of one image in voxels. */
  readonly imageSize: readonly number[];
  /** Images of one example; default 1. */
  readonly images?: number;
  readonly classes: number;
  readonly options: ClassifierOptions;
  readonly random: Random;
}

/**
 * The original's classifier over an encoder: every image of an example through the one encoder, the outputs joined and flattened
 * in memory order (image, spatial, channel), fully connected layers, one probability a class; categorical cross-entropy and
 * the metric `accuracy`. The softmax is part of the loss, which is exact and stable for any logits. `infer` takes
 * [batch, ...imageSize, channels], or [batch, images, ...imageSize, channels], to probabilities [batch, classes].
 * @throws SSL3D_NN_IMAGE_TOO_SMALL where the encoder pools the image away
 */
export function createImageClassifier(request: ImageClassifierRequest): Trainable<ClassifiedImages> {
  const { name, encoder, imageSize, images = 1, classes, options, random } = request;
  const inputs = images * flattenedLength(encoder, imageSize);
  const stack = createDenseStack({ ...DENSE_STACKS.wide, ...options, name: "head", inputs, top: null, random: random.split("head") });
  const last = options.widths[options.widths.length - 1] ?? inputs;
  const top = createDense({ name: "classes", inputs: last, outputs: classes, random: random.split("classes") });
  const classifier = createSequence([stack, top]);
  const logitsOf = (image: Tensor, mode: Mode): Tensor => {
    const each = tf.reshape(image, [-1, ...image.shape.slice(-encoder.rank - 1)]);
    return classifier.forward(tf.reshape(encoder.forward(each, mode).output, [-1, inputs]), mode);
  };
  const shape = [...(images === 1 ? [] : [images]), ...imageSize, encoder.channels];
  return {
    weights: classifier.weights,
    minimumBatchSize: minimumBatchSizeOf(options),
    step: ({ tensors: { image, label } }, mode) =>
      tf.tidy(() => {
        const logits = logitsOf(image, mode);
        // cast, since the wasm backend of tfjs fills a float32 one-hot with the bits of integers
        const truth = tf.cast(tf.oneHot(label, classes), "float32");
        const correct = tf.equal(tf.argMax(logits, -1), label);
        return {
          loss: categoricalCrossEntropyFromLogits(truth, logits),
          metrics: { accuracy: tf.mean<tf.Scalar>(tf.cast(correct, "float32")) },
        };
      }),
    infer: (raw) => {
      const [image] = requireInputs(name, raw, [shape], encoder) as [Tensor];
      return tf.tidy(() => tf.softmax(logitsOf(image, { training: false })));
    },
    dispose: () => classifier.dispose(),
  };
}
