import {
  categoricalCrossEntropyFromLogits,
  createRandom,
  defineHead,
  defineTask,
  type BuildRequest,
  type Head,
  type HeadPlugin,
  type NumericArray,
  type TaskPlugin,
  type Volume,
} from "@ssl3d/core";
import { createDense, requireInputs, type Layer } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import * as z from "zod";

/** An image with one number to learn. */
export type ToyExample = { readonly image: NumericArray; readonly target: NumericArray };

/** What a toy task does wrong. */
export interface TaskFaults {
  readonly stray?: boolean;
  readonly leak?: boolean;
  readonly detached?: boolean;
  readonly careless?: boolean;
  readonly infinite?: boolean;
  /** Masks the label instead of the image. */
  readonly relabels?: boolean;
  /** Asks for a companion and does not look at it. */
  readonly unsociable?: boolean;
  /** What it answers to raw inputs, where it does. */
  readonly answers?: "each by itself" | "by the batch" | "to anything";
}

let strayDraws = 0;

/** A task that asks for an image's brightness, sound unless told otherwise. */
export function sumTask(faults: TaskFaults): TaskPlugin<"sum", Record<string, never>, ToyExample> {
  return defineTask({
    name: "sum",
    summary: "Tells how bright an image is",
    ranks: [2, 3],
    options: z.strictObject({}),
    example: (volume, _options, random): ToyExample => {
      const factor = faults.stray === true ? createRandom(strayDraws++).uniform(1, 2) : random.uniform(1, 2);
      const voxels = volume.voxels.map((value) => value * factor);
      if (faults.careless === true) volume.voxels.fill(0);
      return { image: arrayOf(volume, voxels), target: { data: Float32Array.of(factor), shape: [1] } };
    },
    ...(faults.relabels === true && {
      maskBorders: (example: ToyExample) => ({ ...example, target: { data: Int32Array.of(7), shape: [2] } }),
    }),
    ...(faults.unsociable === true && { companions: () => 1 }),
    build: (request) => {
      const { encoder } = request;
      const layer = readout(request, 1);
      return {
        weights: layer.weights,
        step: ({ tensors }, mode) => {
          const loss = tf.tidy((): Scalar => {
            const features = encoder.forward(tensors.image, mode).output;
            const flat = faults.detached === true ? tf.zeros([features.shape[0], encoder.output.channels]) : average(features);
            const error = tf.mean(tf.square(tf.sub(layer.forward(flat, mode), tensors.target)));
            return (faults.infinite === true ? tf.div(error, 0) : error) as Scalar;
          });
          if (faults.leak === true) tf.keep(tf.scalar(1));
          return { loss, metrics: {} };
        },
        ...(faults.answers !== undefined && {
          infer: (inputs: readonly Tensor[]) => {
            if (faults.answers !== "to anything") requireInputs("sum", inputs, [[...request.inputSize, encoder.channels]]);
            return tf.tidy(() => {
              const images = inputs[0]!;
              const sums = tf.sum(images, images.shape.slice(1).map((_, axis) => axis + 1));
              return faults.answers === "by the batch" ? tf.sub(sums, tf.mean(sums)) : sums;
            });
          },
        }),
        dispose: () => layer.dispose(),
      };
    },
  });
}

/** A head that tells which of two phantoms an image is; with `logits` its predictions are no probabilities. */
export function gradePhantom({ logits = false }: { readonly logits?: boolean } = {}): HeadPlugin<"grade", Record<string, never>, ToyExample> {
  return defineHead({
    name: "grade",
    summary: "Tells one phantom from the other",
    ranks: [2, 3],
    options: z.strictObject({}),
    example: ({ image }, _options, random): ToyExample => {
      const factor = random.uniform(1, 2);
      const target = { data: Float32Array.of(factor > 1.5 ? 1 : 0, factor > 1.5 ? 0 : 1), shape: [2] };
      return { image: arrayOf(image, image.voxels.map((value) => value * factor)), target };
    },
    build: (request): Head<ToyExample> => {
      const { encoder } = request;
      const layer = readout(request, 2);
      const classify = (images: Tensor, mode: Parameters<typeof encoder.forward>[1]): Tensor =>
        layer.forward(average(encoder.forward(images, mode).output), mode);
      return {
        weights: layer.weights,
        step: ({ tensors }, mode) => ({
          loss: tf.tidy(() => categoricalCrossEntropyFromLogits(tensors.target, classify(tensors.image, mode))),
          metrics: {},
        }),
        predict: (images) =>
          tf.tidy(() => {
            const values = classify(images, { training: false });
            return logits ? tf.mul(values, 3) : tf.softmax(values, -1);
          }),
        dispose: () => layer.dispose(),
      };
    },
    score: ({ data }) => ({ confidence: Math.max(...data) }),
  });
}

function readout({ encoder, random }: BuildRequest<unknown>, outputs: number): Layer {
  return createDense({ name: "readout", inputs: encoder.output.channels, outputs, random });
}

function average(features: Tensor): Tensor {
  return tf.mean(features, features.shape.slice(1, -1).map((_, axis) => axis + 1));
}

function arrayOf({ size, channels }: Volume, data: Float32Array): NumericArray {
  return { data, shape: [...size, channels] };
}
