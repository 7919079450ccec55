import { z } from "zod";
import { imageNetworkFields, type ImageHeadInput, type ImageNetworkOptions } from "./image-head-options.js";

/** What can be set about the regression head. */
export interface RegressionOptions extends ImageNetworkOptions {
  readonly outputs: number;
  readonly activation: "linear" | "relu";
}

/** What may be written in a configuration: every field is optional. */
export type RegressionInput = ImageHeadInput<RegressionOptions>;

/** Options of the regression head: the only place of their defaults and descriptions. */
export const regressionOptions: z.ZodType<RegressionOptions, RegressionInput> = z.strictObject({
  outputs: z.int().min(1).max(256).default(1).describe("How many numbers are predicted of an image; truths are a number, or a vector of so many"),
  activation: z.enum(["linear", "relu"]).default("linear").describe('Of the last layer: "linear", or "relu" for numbers that are never negative, as the original'),
  ...imageNetworkFields("linear"),
});
