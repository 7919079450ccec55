import { createRandom, type Encoder, type Mode, type Weight } from "@ssl3d/core";
import { createDense, createDenseStack, createSequence, createUnetDecoder, unetEncoder, type Layer, type UnetDecoder } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { GoldenFolder } from "./golden-folder.js";
import { flattenLayers, isOriginalEncoder, readEncoder, type KerasLayer } from "./keras-layers.js";

/** A network of the original, rebuilt from a descriptor; its weights are overwritten, so any seed will do. */
export interface RebuiltNetwork {
  readonly encoder: Encoder;
  /** What sits on the encoder. */
  readonly weights: readonly Weight[];
  /** Class probabilities. */
  forward(images: Tensor, mode: Mode): Tensor;
  dispose(): void;
}

const random = createRandom("golden");

/** Inference, as the goldens' `training=False`. */
export const INFERENCE: Mode = { training: false };
/** Training; the goldens of training steps have no dropout, so nothing is drawn. */
export const TRAINING: Mode = { training: true, random };

/**
 * Keras folds the batch statistics of a network within TimeDistributed into the moving ones twice, each time with its momentum of
 * 0.99: the recorded statistics agree to 1e-6 with two folds of all patches at once, and with nothing else.
 */
export function withinTimeDistributed(mode: Mode): Mode {
  return mode.training ? { ...mode, statisticsMomentum: 0.99 ** 2 } : mode;
}

/** An encoder with the architecture that the layers show. */
export function buildEncoder(layers: readonly KerasLayer[]): Encoder {
  const { rank, channels, options } = readEncoder(layers);
  return unetEncoder.build({ rank, channels, options, random });
}

/** Splits a fine-tuned model's layers: the encoder's lie flat, the decoder is one nested model. Undefined for others. */
export function splitUnet(layers: readonly KerasLayer[]): { encoder: readonly KerasLayer[]; decoder: readonly KerasLayer[] } | undefined {
  const encoder = layers.filter((layer) => layer.layers === undefined);
  const [nested, second] = layers.filter((layer) => layer.layers !== undefined);
  if (nested === undefined || second !== undefined || !isOriginalEncoder(encoder)) return undefined;
  const decoder = flattenLayers([nested]);
  return decoder.some((layer) => /^Conv[23]DTranspose$/.test(layer.class)) ? { encoder, decoder } : undefined;
}

/** A U-Net from a fine-tuned model's layers (SEMANTICS section 2). */
export function buildUnet(layers: readonly KerasLayer[]): RebuiltNetwork {
  const split = splitUnet(layers);
  if (split === undefined) throw new Error("these layers are no U-Net of the original");
  const encoder = buildEncoder(split.encoder);
  const outputs = outputsOf(layers[layers.length - 1] as KerasLayer);
  const decoder: UnetDecoder = createUnetDecoder({
    encoder,
    outputs,
    batchNorm: split.decoder.some((layer) => layer.class === "BatchNormalization"),
    dropout: (split.decoder.find((layer) => layer.class === "Dropout")?.config?.["rate"] as number | undefined) ?? 0,
    random,
  });
  return {
    encoder,
    weights: decoder.weights,
    forward: (images, mode) => tf.tidy(() => tf.softmax(decoder.forward(encoder.forward(images, mode), mode), -1)),
    dispose: () => [encoder, decoder].forEach((part) => part.dispose()),
  };
}

/** The parts of a proxy model that tells classes apart. */
export interface ClassifierLayers {
  readonly encoder: readonly KerasLayer[];
  readonly head: readonly KerasLayer[];
  /** Whether the encoder sees each of several images, within TimeDistributed. */
  readonly severalImages: boolean;
  /** Numbers that the encoder gives for one example, all of its images together. */
  readonly inputs: number;
  readonly classes: number;
}

/**
 * Splits the layers of a proxy model that tells classes apart (rotation, relative patch location, jigsaw): the encoder, on one image or
 * on each of several, a flattening, the head and the classes. Undefined for others.
 */
export function splitClassifier(layers: readonly KerasLayer[]): ClassifierLayers | undefined {
  const [part, flatten, head, top, more] = layers.filter((layer) => layer.class !== "InputLayer");
  if (flatten?.class !== "Flatten" || head?.layers === undefined || top?.class !== "Dense" || more !== undefined) return undefined;
  // on several images the encoder, with an input of its own, lies within a layer that has an input for all
  const nested = flattenLayers([part as KerasLayer]);
  const encoder = nested.slice(nested.map((layer) => layer.class).lastIndexOf("InputLayer"));
  if (!isOriginalEncoder(encoder)) return undefined;
  const severalImages = part?.class === "TimeDistributed" || (part?.layers ?? []).some((layer) => layer.class === "TimeDistributed");
  return { encoder, severalImages, head: flattenLayers([head]), inputs: outputsOf(flatten), classes: outputsOf(top) };
}

function outputsOf(layer: KerasLayer): number {
  return layer.output_shape?.at(-1) as number;
}

/** The widths, normalisation and dropout of a fully connected head. */
export function readHead(layers: readonly KerasLayer[]): { widths: number[]; batchNorm: boolean; dropout: number } {
  const dropout = layers.find((layer) => layer.class === "Dropout")?.config?.["rate"] as number | undefined;
  return {
    widths: layers.filter((layer) => layer.class === "Dense").map(outputsOf),
    batchNorm: layers.some((layer) => layer.class === "BatchNormalization"),
    dropout: dropout ?? 0,
  };
}

/** A classifier from a proxy model's layers (SEMANTICS sections 3 and 4). */
export function buildClassifier(layers: readonly KerasLayer[]): RebuiltNetwork {
  const split = splitClassifier(layers);
  if (split === undefined) throw new Error("these layers are no classifying proxy model of the original");
  const { inputs, classes, severalImages } = split;
  const encoder = buildEncoder(split.encoder);
  const head = readHead(split.head);
  const classifier: Layer = createSequence([
    createDenseStack({ ...head, name: "head", inputs, top: null, random }),
    createDense({ name: "classes", inputs: head.widths[head.widths.length - 1] ?? inputs, outputs: classes, random }),
  ]);
  return {
    encoder,
    weights: classifier.weights,
    forward: (images, mode) =>
      tf.tidy(() => {
        const each = tf.reshape(images, [-1, ...images.shape.slice(-encoder.rank - 1)]);
        const features = tf.reshape(encoder.forward(each, severalImages ? withinTimeDistributed(mode) : mode).output, [-1, inputs]);
        return tf.softmax(classifier.forward(features, mode), -1);
      }),
    dispose: () => [encoder, classifier].forEach((part) => part.dispose()),
  };
}

/** Reads an NPY file onto the engine. The caller disposes it. */
export async function readTensor(folder: GoldenFolder, path: string): Promise<Tensor> {
  const { data, shape } = await folder.readArray(path);
  return tf.tensor(Float32Array.from(data), [...shape]);
}
