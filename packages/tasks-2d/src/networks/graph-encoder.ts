import type { Encoder, EncoderLevel, Features, Mode, Random } from "@ssl3d/core";
import {
  addScaled,
  averageAround,
  averagePool,
  concatChannels,
  createBatchNorm,
  createConv,
  disposeAll,
  globalAveragePool,
  globalMaxPool,
  glorotUniform,
  maxPool,
  relu,
  subsample,
  type Layer,
} from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { imageTooSmall } from "../errors.js";
import type { Pooling } from "../options.js";
import { kerasOrder } from "./keras-order.js";
import { channelsOf, type NetworkGraph, type NetworkNode, type Operation } from "./network-graph.js";
import { outputSize } from "./output-size.js";

/** What an encoder is built from. */
export interface GraphEncoderOptions {
  /** For messages, e.g. "resnet-50". */
  readonly name: string;
  readonly graph: NetworkGraph;
  /** Image channels. */
  readonly channels: number;
  /** Over the whole of the last level. */
  readonly pooling: Pooling;
  readonly random: Random;
}

/** An encoder of images from a network's description. Its weights are in Keras' order, initialised as Keras does. */
export function createGraphEncoder({ name, graph, channels, pooling, random }: GraphEncoderOptions): Encoder {
  const counts = channelsOf(graph, channels);
  const layers = graph.nodes.map((node) => createLayer(node, counts[node.inputs[0] ?? 0]!, random));
  const weighted = kerasOrder(graph).flatMap((place) => layers[place] ?? []);
  const levels = graph.levels.map(({ node, stride }): EncoderLevel => ({ channels: counts[node]!, stride }));
  const requireSize = (size: readonly number[]): void => {
    const side = Math.min(...size);
    if (side < graph.minimumSide) throw imageTooSmall(name, graph.minimumSide, side);
  };
  let frozen = false;
  return {
    rank: 2,
    channels,
    levels,
    output: levels[levels.length - 1]!,
    weights: weighted.flatMap((layer) => layer.weights),
    get frozen() {
      return frozen;
    },
    set frozen(value: boolean) {
      frozen = value;
      for (const layer of weighted) layer.frozen = value;
    },
    forward: (images, mode): Features => {
      requireSize(images.shape.slice(1, -1));
      const pyramid = tf.tidy(() => runGraph(graph, layers, images, mode));
      const bottleneck = pyramid[pyramid.length - 1]!;
      const pooled = globalAveragePool(bottleneck);
      const output = { none: () => bottleneck, average: () => pooled.clone(), max: () => globalMaxPool(bottleneck) }[pooling]();
      return { pyramid, output, pooled };
    },
    outputSize: (imageSize) => {
      requireSize(imageSize);
      return pooling === "none" ? outputSize(graph, imageSize) : [];
    },
    dispose: () => disposeAll(weighted),
  };
}

/** The layer of a node that has weights; others are computed straight from their description. */
function createLayer({ name, operation }: NetworkNode, inputChannels: number, random: Random): Layer | undefined {
  if (operation.kind === "convolution") {
    const { kernel: kernelSize, ...settings } = operation;
    return createConv({ ...settings, name, rank: 2, inputChannels, kernelSize, initializer: glorotUniform, random: random.split(name) });
  }
  return operation.kind === "normalisation" ? createBatchNorm({ ...operation, name, channels: inputChannels }) : undefined;
}

/** The pyramid's tensors. What no later node takes is let go of at once. */
function runGraph({ nodes, levels }: NetworkGraph, layers: readonly (Layer | undefined)[], images: Tensor, mode: Mode): Tensor[] {
  const values: Tensor[] = [];
  const takers = nodes.map(() => 0);
  for (const { inputs } of nodes) for (const input of inputs) takers[input]!++;
  for (const { node } of levels) takers[node]!++;
  takers[0]!++; // the images are the caller's
  nodes.forEach(({ operation, inputs }, place) => {
    const taken = inputs.map((input) => values[input]!);
    values.push(place === 0 ? images : tf.tidy(() => layers[place]?.forward(taken[0]!, mode) ?? compute(operation, taken)));
    for (const input of inputs) if (--takers[input]! === 0) values[input]!.dispose();
  });
  return levels.map(({ node }) => values[node]!);
}

function compute(operation: Operation, taken: readonly Tensor[]): Tensor {
  const [x, second] = taken as [Tensor, Tensor];
  switch (operation.kind) {
    case "relu":
      return relu(x);
    case "pad": {
      const amounts: [number, number] = [operation.amount, operation.amount];
      return tf.pad(x, [[0, 0], amounts, amounts, [0, 0]]);
    }
    case "maxPool":
      return maxPool(x, operation);
    case "averagePool":
      return averagePool(x);
    case "averageAround":
      return averageAround(x);
    case "subsample":
      return subsample(x, operation.strides);
    case "add":
      return addScaled(x, second, operation.scale);
    case "join":
      return concatChannels(...taken);
    default:
      throw new TypeError(`A ${operation.kind} is not computed from its description.`);
  }
}
