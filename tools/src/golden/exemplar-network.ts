import { createRandom } from "@ssl3d/core";
import { createTripletNetwork, exemplarOptions } from "@ssl3d/task-exemplar";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { flattenLayers, isOriginalEncoder, type KerasLayer } from "./keras-layers.js";
import { buildEncoder, type RebuiltNetwork } from "./networks.js";

/** What an exemplar model is made of, as its layers show it. */
interface ExemplarLayers {
  readonly encoder: readonly KerasLayer[];
  /** Spatial size of an image. */
  readonly inputSize: readonly number[];
  readonly codeSize: number;
}

/** Reads an exemplar model off its layers: three images share an encoder, and each has a layer of its own on it. Undefined for others. */
export function splitExemplar(layers: readonly KerasLayer[]): ExemplarLayers | undefined {
  const nested = layers.find((layer) => layer.class !== "TimeDistributed" && layer.layers !== undefined);
  const encoder = nested === undefined ? [] : flattenLayers([nested]);
  const codes = layers.filter((layer) => layer.class === "Dense");
  if (codes.length !== 3 || !isOriginalEncoder(encoder)) return undefined;
  const input = (layers.find((layer) => layer.class === "InputLayer")?.output_shape ?? []).flat() as number[];
  return { encoder, inputSize: input.slice(2, -1), codeSize: codes[0]?.output_shape?.at(-1) as number };
}

/** Builds the original's exemplar model from our task's; its images and its codes are [batch, 3, ...]: changed, unchanged, another. */
export function buildExemplarNetwork(layers: readonly KerasLayer[]): RebuiltNetwork {
  const split = splitExemplar(layers);
  if (split === undefined) throw new Error("these layers are no exemplar model of the original");
  const encoder = buildEncoder(split.encoder);
  const options = exemplarOptions.parse({ projection: "separate", codeSize: split.codeSize });
  const request = { options, inputSize: split.inputSize, random: createRandom("golden") };
  // the original's batch normalisation sees the three kinds of images one after the other, not together
  const apart = { ...encoder, forward: forwardApart((images, mode) => encoder.forward(images, mode)) };
  const network = createTripletNetwork({ ...request, encoder: apart });
  return {
    encoder,
    weights: network.weights,
    forward: (images, mode) =>
      tf.tidy(() => {
        const [anchor, positive, negative] = tf.unstack(images, 1) as [Tensor, Tensor, Tensor];
        const codes = network.codesOf({ anchor, positive, negative }, mode);
        return tf.stack([codes.anchor, codes.positive, codes.negative], 1);
      }),
    dispose: () => [encoder, network].forEach((part) => part.dispose()),
  };
}

/**
 * Encodes three batches that come as one, from the last to the first: so Keras walks calls of one depth, and the moving statistics tell.
 * A single image, which shows how long its features are, by itself.
 */
function forwardApart(forward: RebuiltNetwork["encoder"]["forward"]): RebuiltNetwork["encoder"]["forward"] {
  return (images, mode) => {
    if (images.shape[0] === 1) return forward(images, mode);
    const parts = tf
      .split(images, 3)
      .reverse()
      .map((part) => forward(part, mode))
      .reverse();
    const join = (pick: (features: (typeof parts)[number]) => Tensor): Tensor => tf.concat(parts.map(pick));
    const levels = parts[0]?.pyramid ?? [];
    return {
      pyramid: levels.map((_, level) => join(({ pyramid }) => pyramid[level] as Tensor)),
      output: join(({ output }) => output),
      pooled: join(({ pooled }) => pooled),
    };
  };
}
