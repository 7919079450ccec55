import { z } from "zod";
import type { Padding } from "./networks/network-graph.js";

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
