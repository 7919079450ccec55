import { z } from "zod";
import { DENSENET_121 } from "./networks/densenet.js";
import type { Padding } from "./networks/network-graph.js";
import { RESNET_50 } from "./networks/resnet.js";

/** Over all of the last feature map: Keras' `pooling` "max", "avg" and null. */
export type Pooling = "none" | "max" | "average";

/** Options of the 2D encoders. */
export interface Encoder2dOptions {
  /** Global pooling of the output. */
  pooling: Pooling;
  /** Share of the published channels, in (0, 1]. */
  width: number;
}

/** Options of the Inception encoders. */
export interface InceptionOptions extends Encoder2dOptions {
  /** Of the layers that halve the size and of the first ones. */
  padding: Padding;
}

/** Options of DenseNets of any depth. */
export interface DensenetOptions extends Encoder2dOptions {
  blocks: number[];
  growth: number;
  stem: number;
}

/** Options of ResNets of any depth. */
export interface ResnetOptions extends Encoder2dOptions {
  version: 1 | 2;
  stem: number;
  stages: { filters: number; blocks: number }[];
}

const fields = {
  width: z.number().positive().max(1).default(1).describe("Share of the published channels: 0.25 is about 16 times less work"),
  pooling: z.enum(["none", "max", "average"]).default("none").describe("Global pooling of the output to one number a channel"),
};

/** Checks the options and fills in the defaults. */
export const encoder2dOptions: z.ZodType<Encoder2dOptions> = z.strictObject(fields);

/** Checks the options and fills in the defaults. */
export const inceptionOptions: z.ZodType<InceptionOptions> = z.strictObject({
  ...fields,
  padding: z
    .enum(["valid", "same"])
    .default("valid")
    .describe('"valid" as Keras, for images from 75 voxels; "same" for small patches and for decoders, which need exact sizes'),
});

const count = z.int().min(1);

/** Checks the options and fills in the defaults: DenseNet-121. */
export const densenetOptions: z.ZodType<DensenetOptions> = z.strictObject({
  ...fields,
  blocks: z.array(count).min(1).max(7).default([...DENSENET_121.blocks]).describe("Dense layers of each block, shallow to deep"),
  growth: count.default(DENSENET_121.growth).describe("Channels that each dense layer adds"),
  stem: count.default(DENSENET_121.stem).describe("Channels of the first convolution"),
});

/** Checks the options and fills in the defaults: ResNet-50. */
export const resnetOptions: z.ZodType<ResnetOptions> = z.strictObject({
  ...fields,
  version: z.union([z.literal(1), z.literal(2)]).default(RESNET_50.version).describe("1: normalisation after each convolution; 2: before"),
  stem: count.default(RESNET_50.stem).describe("Channels of the first convolution"),
  stages: z
    .array(z.strictObject({ filters: count.describe("Inner channels of a block, which has four times as many outside"), blocks: count.describe("Bottleneck blocks") }))
    .min(1)
    .max(7)
    .default(RESNET_50.stages.map((stage) => ({ ...stage })))
    .describe("The stages, shallow to deep"),
});
