import { defineEncoder, type EncoderPlugin } from "@ssl3d/core";
import { densenet } from "./networks/densenet.js";
import { createGraphEncoder } from "./networks/graph-encoder.js";
import { inceptionResnetV2 as inceptionResnetGraph } from "./networks/inception-resnet-v2.js";
import { inceptionV3 as inceptionGraph } from "./networks/inception-v3.js";
import type { NetworkGraph } from "./networks/network-graph.js";
import { narrow } from "./networks/narrow.js";
import { resnet, resnetStages } from "./networks/resnet.js";
import { encoder2dOptions, inceptionOptions, type Encoder2dOptions, type InceptionOptions } from "./options.js";

/** An encoder of images with the options that all of this package have. */
export type Encoder2dPlugin<Name extends string = string> = EncoderPlugin<Name, Encoder2dOptions>;

/**
 * Makes an encoder plugin of a network's description, such as a ResNet or DenseNet of other depth.
 *
 * @param graph called when an encoder is built
 */
export function defineEncoder2d<const Name extends string>(
  name: Name,
  summary: string,
  reference: string,
  graph: () => NetworkGraph,
): Encoder2dPlugin<Name> {
  return defineEncoder({
    name,
    summary,
    ranks: [2],
    options: encoder2dOptions,
    references: [reference, "arXiv:2006.03829"],
    build: ({ channels, options: { pooling, width }, random }) =>
      createGraphEncoder({ name, graph: narrow(graph(), width), channels, pooling, random }),
  });
}

function defineInception<const Name extends string>(
  name: Name,
  summary: string,
  reference: string,
  graph: (padding: InceptionOptions["padding"]) => NetworkGraph,
): EncoderPlugin<Name, InceptionOptions> {
  return defineEncoder({
    name,
    summary,
    ranks: [2],
    options: inceptionOptions,
    references: [reference, "arXiv:2006.03829"],
    build: ({ channels, options: { pooling, padding, width }, random }) =>
      createGraphEncoder({ name, graph: narrow(graph(padding), width), channels, pooling, random }),
  });
}

function defineResnet<const Name extends string>(name: Name, version: 1 | 2, ...blocks: readonly number[]): Encoder2dPlugin<Name> {
  const layers = 3 * blocks.reduce((sum, count) => sum + count, 0) + 2;
  const summary = `ResNet of ${layers} layers with bottleneck blocks, ${version === 1 ? "normalisation after" : "version 2, normalisation before"} each convolution`;
  const reference = version === 1 ? "arXiv:1512.03385" : "arXiv:1603.05027";
  return defineEncoder2d(name, summary, reference, () => resnet({ version, stages: resnetStages(...blocks) }));
}

/** DenseNet-121, the encoder of the paper's 2D experiments. */
export const densenet121: Encoder2dPlugin<"densenet-121"> = defineEncoder2d(
  "densenet-121",
  "DenseNet of 121 layers, each of which sees all those before it in its block",
  "arXiv:1608.06993",
  () => densenet({ blocks: [6, 12, 24, 16] }),
);

/** ResNet-50. */
export const resnet50: Encoder2dPlugin<"resnet-50"> = defineResnet("resnet-50", 1, 3, 4, 6, 3);

/** ResNet-101. */
export const resnet101: Encoder2dPlugin<"resnet-101"> = defineResnet("resnet-101", 1, 3, 4, 23, 3);

/** ResNet-152. */
export const resnet152: Encoder2dPlugin<"resnet-152"> = defineResnet("resnet-152", 1, 3, 8, 36, 3);

/** ResNet-50, version 2. */
export const resnet50v2: Encoder2dPlugin<"resnet-50-v2"> = defineResnet("resnet-50-v2", 2, 3, 4, 6, 3);

/** ResNet-101, version 2. */
export const resnet101v2: Encoder2dPlugin<"resnet-101-v2"> = defineResnet("resnet-101-v2", 2, 3, 4, 23, 3);

/** ResNet-152, version 2. */
export const resnet152v2: Encoder2dPlugin<"resnet-152-v2"> = defineResnet("resnet-152-v2", 2, 3, 8, 36, 3);

/** InceptionV3. */
export const inceptionV3: EncoderPlugin<"inception-v3", InceptionOptions> = defineInception(
  "inception-v3",
  "InceptionV3: branches of different filters side by side",
  "arXiv:1512.00567",
  inceptionGraph,
);

/** InceptionResNetV2. */
export const inceptionResnetV2: EncoderPlugin<"inception-resnet-v2", InceptionOptions> = defineInception(
  "inception-resnet-v2",
  "InceptionResNetV2: branches of different filters whose scaled sum is added to their input",
  "arXiv:1602.07261",
  inceptionResnetGraph,
);
