import { createRandom, type Mode } from "@ssl3d/core";
import { createPredictiveNetwork, pairLogits, type PredictiveNetwork } from "@ssl3d/task-cpc";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { flattenLayers, isOriginalEncoder, readEncoder, type KerasLayer } from "./keras-layers.js";
import { buildEncoder, withinTimeDistributed, type RebuiltNetwork } from "./networks.js";

/** What a model of predictive coding is made of, as its layers show it. */
interface CpcLayers {
  readonly encoder: readonly KerasLayer[];
  /** Patches read. */
  readonly terms: number;
  readonly patchSize: readonly number[];
  readonly codeSize: number;
  readonly contextSize: number;
  /** Patches predicted. */
  readonly predictions: number;
}

/** Everything that a model of predictive coding computes. The caller owns the tensors. */
export type CpcOutputs = Readonly<Record<"x_encoded" | "context" | "preds" | "y_encoded" | "probabilities", Tensor>>;

/** A model of predictive coding; as a network its images are the patches read and those to compare with, in one list. */
export interface CpcNetwork extends RebuiltNetwork {
  /** @param x [batch, terms, ...patch, channels] @param y [batch, predictions, ...patch, channels] */
  evaluate(x: Tensor, y: Tensor, mode: Mode): CpcOutputs;
}

/** Reads a model of predictive coding off its layers; undefined for others. */
export function splitCpc(layers: readonly KerasLayer[]): CpcLayers | undefined {
  const input = layers.find((layer) => layer.class === "InputLayer");
  const [nested, flatten, code] = layers.find((layer) => layer.class === "TimeDistributed")?.layers ?? [];
  const gru = layers.find((layer) => layer.class === "GRU");
  const predictors = layers.filter((layer) => layer.class === "Dense");
  const encoder = nested === undefined ? [] : flattenLayers([nested]);
  if (gru === undefined || flatten?.class !== "Flatten" || code?.class !== "Dense" || !isOriginalEncoder(encoder)) return undefined;
  const [, terms, ...patch] = (input?.output_shape ?? []).flat() as number[];
  return {
    encoder,
    terms: terms as number,
    patchSize: patch.slice(0, -1),
    codeSize: code.output_shape?.at(-1) as number,
    contextSize: gru.output_shape?.at(-1) as number,
    predictions: predictors.length,
  };
}

/** Builds the original's model of predictive coding (SEMANTICS section 4) from the parts of our task. */
export function buildCpcNetwork(layers: readonly KerasLayer[]): CpcNetwork {
  const split = splitCpc(layers);
  if (split === undefined) throw new Error("these layers are no predictive coding of the original");
  const encoder = buildEncoder(split.encoder);
  const network: PredictiveNetwork = createPredictiveNetwork({ ...split, encoder, random: createRandom("golden") });
  const { rank } = readEncoder(split.encoder);
  const encode = (patches: Tensor, mode: Mode): Tensor => {
    const codes = network.encode(tf.reshape(patches, [-1, ...patches.shape.slice(-rank - 1)]), withinTimeDistributed(mode));
    return tf.reshape(codes, [patches.shape[0], patches.shape[1] as number, split.codeSize]);
  };
  const evaluate: CpcNetwork["evaluate"] = (x, y, mode) =>
    tf.tidy(() => {
      const codes = encode(x, mode);
      const context = network.summarise(codes, mode);
      const preds = network.predict(context, mode);
      const truth = encode(y, mode);
      const probabilities = tf.expandDims(tf.sigmoid(pairLogits(preds, truth)), -1);
      return { x_encoded: codes, context, preds, y_encoded: truth, probabilities };
    });
  return {
    encoder,
    weights: network.weights,
    evaluate,
    forward: (images, mode) =>
      tf.tidy(() => {
        const [x, y] = tf.split(images, [split.terms, split.predictions], 1) as [Tensor, Tensor];
        return evaluate(x, y, mode).probabilities;
      }),
    dispose: () => [encoder, network].forEach((part) => part.dispose()),
  };
}
