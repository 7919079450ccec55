import * as tf from "@tensorflow/tfjs-core";
import { categoricalCrossEntropyFromLogits } from "@ssl3d/core";
import type { BuildRequest, Encoder, Example, NumericArray, Trainable } from "@ssl3d/core";
import { createDense, createDenseStack, createSequence, DENSE_STACKS } from "@ssl3d/nn";
import { imageTooSmall } from "./errors.js";
import type { RotationOptions } from "./options.js";
import { ROTATIONS } from "./right-angles.js";

/** A rotated image and the class of its rotation. */
export interface RotationExample extends Example {
  /** [...spatial, channels], all sides equal. */
  readonly image: NumericArray & { readonly data: Float32Array };
  /** One whole number, shape []. */
  readonly label: NumericArray & { readonly data: Int32Array };
}

/**
 * The original's classifier: the encoder's output, flattened in memory order, through fully connected layers to one
 * probability a class; categorical cross-entropy. The softmax is part of the loss, which is exact and stable for any logits.
 */
export function buildRotationClassifier(request: BuildRequest<RotationOptions>): Trainable<RotationExample> {
  const { encoder, inputSize, options, random } = request;
  const classes = ROTATIONS[encoder.rank].length;
  const inputs = flattenedLength(encoder, Math.min(...inputSize));
  const stack = createDenseStack({
    ...DENSE_STACKS.wide,
    ...options,
    name: "head",
    inputs,
    includeTop: false,
    random: random.split("head"),
  });
  const last = options.widths.at(-1) ?? inputs;
  const top = createDense({ name: "classes", inputs: last, outputs: classes, random: random.split("classes") });
  const classifier = createSequence([stack, top]);
  return {
    weights: classifier.weights,
    step: ({ tensors: { image, label } }, mode) =>
      tf.tidy(() => {
        const { output } = encoder.forward(image, mode);
        const logits = classifier.forward(tf.reshape(output, [-1, inputs]), mode);
        // cast, since the wasm backend of tfjs fills a float32 one-hot with the bits of integers
        const truth = tf.cast(tf.oneHot(label, classes), "float32");
        const correct = tf.equal(tf.argMax(logits, -1), label);
        return {
          loss: categoricalCrossEntropyFromLogits(truth, logits),
          metrics: { accuracy: tf.mean<tf.Scalar>(tf.cast(correct, "float32")) },
        };
      }),
    dispose: () => classifier.dispose(),
  };
}

/** How many numbers the encoder makes of an image with the given side: asked of the encoder, since pooling may round either way. */
function flattenedLength(encoder: Encoder, side: number): number {
  if (side < encoder.output.stride) throw imageTooSmall(side, encoder.output.stride);
  return tf.tidy(() => {
    const images = tf.zeros([1, ...new Array<number>(encoder.rank).fill(side), encoder.channels]);
    return encoder.forward(images, { training: false }).output.size;
  });
}
