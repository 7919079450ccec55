import { defineEncoder, type EncoderPlugin } from "@ssl3d/core";
import type { z } from "zod";
import { densenet, DENSENET_121 } from "./networks/densenet.js";
import { createGraphEncoder } from "./networks/graph-encoder.js";
import { inceptionResnetV2 as inceptionResnetGraph } from "./networks/inception-resnet-v2.js";
import { inceptionV3 as inceptionGraph } from "./networks/inception-v3.js";
import type { NetworkGraph } from "./networks/network-graph.js";
import { narrow } from "./networks/narrow.js";
import { resnet, resnetStages } from "./networks/resnet.js";
import {
  densenetOptions,
  encoder2dOptions,
  inceptionOptions,
  resnetOptions,
  type DensenetOptions,
  type Encoder2dOptions,
  type InceptionOptions,
  type ResnetOptions,
} from "./options.js";

/** An encoder of images with the options that all of this package have. */
export type Encoder2dPlugin<Name extends string = string> = EncoderPlugin<Name, Encoder2dOptions>;

/** An encoder plugin of networks that its options describe. */
function defineNetwork<const Name extends string, Options extends Encoder2dOptions>(
  name: Name,
  summary: string,
  reference: string,
  options: z.ZodType<Options>,
  graph: (options: Options) => NetworkGraph,
): EncoderPlugin<Name, Options> {
  return defineEncoder({
    name,
    summary,
    ranks: [2],
    options,
    references: [reference, "arXiv:2006.03829"],
    build: ({ channels, options, random }) =>
      createGraphEncoder({ name, graph: narrow(graph(options), options.width), channels, pooling: options.pooling, random }),
  });
}

/**
 * Makes an encoder plugin of one network's description.
 *
 * @param graph called when an encoder is built
 */
export function defineEncoder2d<const Name extends string>(
  name: Name,
  summary: string,
  reference: string,
  graph: () => NetworkGraph,
): Encoder2dPlugin<Name> {
  return defineNetwork(name, summary, reference, encoder2dOptions, graph);
}

function definePublishedResnet<const Name extends string>(name: Name, version: 1 | 2, ...blocks: readonly number[]): Encoder2dPlugin<Name> {
  const layers = 3 * blocks.reduce((sum, count) => sum + count, 0) + 2;
  const summary = `ResNet of ${layers} layers with bottleneck blocks, ${version === 1 ? "normalisation after" : "version 2, normalisation before"} each convolution`;
  const reference = version === 1 ? "arXiv:1512.03385" : "arXiv:1603.05027";
  return defineEncoder2d(name, summary, reference, () => resnet({ version, stages: resnetStages(...blocks) }));
}

/** DenseNet of any depth and growth: its options give the structure, by default that of DenseNet-121. */
export const densenetEncoder: EncoderPlugin<"densenet", DensenetOptions> = defineNetwork(
  "densenet",
  "DenseNet of any depth, whose layers see all those before them in their block",
  "arXiv:1608.06993",
  densenetOptions,
  densenet,
);

/** ResNet of any depth, version 1 or 2: its options give the structure, by default that of ResNet-50. */
export const resnetEncoder: EncoderPlugin<"resnet", ResnetOptions> = defineNetwork(
  "resnet",
  "ResNet of any depth with bottleneck blocks, version 1 or 2",
  "arXiv:1512.03385",
  resnetOptions,
  resnet,
);

/** DenseNet-121, the encoder of the paper's 2D experiments. */
export const densenet121: Encoder2dPlugin<"densenet-121"> = defineEncoder2d(
  "densenet-121",
  "DenseNet of 121 layers, each of which sees all those before it in its block",
  "arXiv:1608.06993",
  () => densenet(DENSENET_121),
);

/** ResNet-50. */
export const resnet50: Encoder2dPlugin<"resnet-50"> = definePublishedResnet("resnet-50", 1, 3, 4, 6, 3);

/** ResNet-101. */
export const resnet101: Encoder2dPlugin<"resnet-101"> = definePublishedResnet("resnet-101", 1, 3, 4, 23, 3);

/** ResNet-152. */
export const resnet152: Encoder2dPlugin<"resnet-152"> = definePublishedResnet("resnet-152", 1, 3, 8, 36, 3);

/** ResNet-50, version 2. */
export const resnet50v2: Encoder2dPlugin<"resnet-50-v2"> = definePublishedResnet("resnet-50-v2", 2, 3, 4, 6, 3);

/** ResNet-101, version 2. */
export const resnet101v2: Encoder2dPlugin<"resnet-101-v2"> = definePublishedResnet("resnet-101-v2", 2, 3, 4, 23, 3);

/** ResNet-152, version 2. */
export const resnet152v2: Encoder2dPlugin<"resnet-152-v2"> = definePublishedResnet("resnet-152-v2", 2, 3, 8, 36, 3);

/** InceptionV3. */
export const inceptionV3: EncoderPlugin<"inception-v3", InceptionOptions> = defineNetwork(
  "inception-v3",
  "InceptionV3: branches of different filters side by side",
  "arXiv:1512.00567",
  inceptionOptions,
  ({ padding }) => inceptionGraph(padding),
);

/** InceptionResNetV2. */
export const inceptionResnetV2: EncoderPlugin<"inception-resnet-v2", InceptionOptions> = defineNetwork(
  "inception-resnet-v2",
  "InceptionResNetV2: branches of different filters whose scaled sum is added to their input",
  "arXiv:1602.07261",
  inceptionOptions,
  ({ padding }) => inceptionResnetGraph(padding),
);
