import {
  categoricalCrossEntropyFromLogits,
  createRandom,
  diceCrossEntropy,
  type Encoder,
  type Mode,
  type Random,
  type Rank,
  type Weight,
} from "@ssl3d/core";
import {
  createDense,
  createDenseStack,
  createGru,
  createUnetDecoder,
  DENSE_STACKS,
  residualEncoder,
  residualEncoderOptions,
  unetEncoder,
  unetEncoderOptions,
} from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { normal, oneHot, whole, type Input } from "./inputs.js";

/** A network in training. */
export interface StepNetwork {
  readonly parts: readonly { readonly weights: readonly Weight[]; dispose(): void }[];
  readonly loss: (tensors: readonly Tensor[], mode: Mode) => Scalar;
}

/** One kind of training step. */
export interface StepCase {
  readonly name: string;
  readonly inputs: readonly Input[];
  /** Builds the network; the same weights every time. */
  readonly build: (random: Random) => StepNetwork;
}

/** The kinds of steps that heads and proxy tasks make: with a decoder, with classes, recurrent, with triplets. */
export function stepCases(rank: Rank): StepCase[] {
  const cube = (side: number): number[] => new Array<number>(rank).fill(side);
  const image = (batch: number, side = 8): Input => normal(batch, ...cube(side), 1);
  const unet = (pooling: "max" | "none", dropout = 0): Encoder =>
    unetEncoder.build({ rank, channels: 1, options: unetEncoderOptions.parse({ filters: 4, levels: 2, pooling, dropout }), random: createRandom("unet") });
  return [
    ...[1, 3].map((batch) => ({
      name: `U-Net segmentation, batch of ${batch}`,
      inputs: [image(batch), oneHot(batch, ...cube(8), 4)],
      build: (random: Random): StepNetwork => {
        const encoder = unet("none", 0.1);
        const decoder = createUnetDecoder({ encoder, outputs: 4, random });
        const loss: StepNetwork["loss"] = ([x, truth], mode) => diceCrossEntropy(truth!, decoder.forward(encoder.forward(x!, mode), mode));
        return { parts: [encoder, decoder], loss };
      },
    })),
    {
      name: "residual segmentation",
      inputs: [image(2), oneHot(2, ...cube(8), 3)],
      build: (random: Random): StepNetwork => {
        const options = residualEncoderOptions.parse({ filters: [4, 8, 12], blocks: [1, 1, 2] });
        const encoder = residualEncoder.build({ rank, channels: 1, options, random: createRandom("residual") });
        const decoder = createUnetDecoder({ encoder, outputs: 3, batchNorm: false, dropout: 0, random });
        return { parts: [encoder, decoder], loss: ([x, truth], mode) => diceCrossEntropy(truth!, decoder.forward(encoder.forward(x!, mode), mode)) };
      },
    },
    {
      name: "classification, as rotation, jigsaw and relative patch location do",
      inputs: [image(3, 9), whole(10, 3)],
      build: (random: Random): StepNetwork => {
        const encoder = unet("max");
        const inputs = 16;
        const stack = createDenseStack({ ...DENSE_STACKS.wide, widths: [12, 8], name: "stack", inputs, top: null, random });
        const top = createDense({ name: "classes", inputs: 8, outputs: 10, random });
        const loss: StepNetwork["loss"] = ([x, label], mode) => {
          const features = tf.reshape(encoder.forward(x!, mode).output, [-1, inputs]);
          const truth = tf.cast(tf.oneHot(tf.cast(label!, "int32"), 10), "float32");
          return categoricalCrossEntropyFromLogits(truth, top.forward(stack.forward(features, mode), mode));
        };
        return { parts: [encoder, stack, top], loss };
      },
    },
    {
      name: "recurrent prediction of codes, as contrastive predictive coding does",
      inputs: [image(6), oneHot(2, 2)],
      build: (random: Random): StepNetwork => {
        const encoder = unet("max");
        const code = createDense({ name: "code", inputs: 16, outputs: 6, random });
        const context = createGru({ name: "context", inputs: 6, units: 5, random });
        const prediction = createDense({ name: "prediction", inputs: 5, outputs: 6, random });
        const loss: StepNetwork["loss"] = ([patches, labels], mode) => {
          const codes = tf.reshape(code.forward(tf.reshape(encoder.forward(patches!, mode).output, [6, 16]), mode), [2, 3, 6]);
          const [terms, targets] = tf.split(codes, [2, 1], 1) as [Tensor, Tensor];
          const predicted = prediction.forward(context.forward(terms, mode), mode);
          const logits = tf.mean(tf.mul(predicted, tf.reshape(targets, [2, 6])), 1);
          return tf.losses.sigmoidCrossEntropy<Tensor, tf.Scalar>(tf.slice(labels!, [0, 0], [2, 1]), tf.expandDims(logits, 1));
        };
        return { parts: [encoder, code, context, prediction], loss };
      },
    },
    {
      name: "triplets, as exemplar does",
      inputs: [image(2), image(2), image(2)],
      build: (random: Random): StepNetwork => {
        const encoder = unet("max");
        const code = createDense({ name: "code", inputs: 16, outputs: 6, activation: "sigmoid", random });
        const loss: StepNetwork["loss"] = (images, mode) => {
          const [anchor, near, far] = images.map((x) => code.forward(tf.reshape(encoder.forward(x, mode).output, [2, 16]), mode)) as [Tensor, Tensor, Tensor];
          const distance = (other: Tensor): Tensor => tf.sum(tf.square(tf.sub(anchor, other)), 1);
          return tf.mean(tf.relu(tf.add(tf.sub(distance(near), distance(far)), 1)));
        };
        return { parts: [encoder, code], loss };
      },
    },
    {
      name: "restoration of masked voxels",
      inputs: [image(2), oneHot(2, ...cube(8), 2)],
      build: (random: Random): StepNetwork => {
        const encoder = unet("none");
        const decoder = createUnetDecoder({ encoder, outputs: 1, dropout: 0, random });
        const loss: StepNetwork["loss"] = ([x, shares], mode) => {
          const [hidden, seen] = tf.split(shares!, 2, -1) as [Tensor, Tensor];
          const restored = decoder.forward(encoder.forward(tf.mul(x!, seen), mode), mode);
          return tf.div(tf.sum(tf.mul(tf.square(tf.sub(restored, x!)), hidden)), tf.sum(hidden));
        };
        return { parts: [encoder, decoder], loss };
      },
    },
  ].map((one) => ({ ...one, name: `${rank}D step: ${one.name}` }));
}
