import { classifierFields, type ClassifierOptions } from "@ssl3d/nn";
import { z } from "zod";
import type { RotationSet } from "./right-angles.js";

/** What can be set about the rotation task: which rotations, and the fully connected layers between the encoder and the classes. */
export interface RotationOptions extends ClassifierOptions {
  readonly rotations: RotationSet;
}

/** What may be written in a configuration: every field is optional. */
export type RotationInput = { readonly [Key in keyof RotationOptions]?: RotationOptions[Key] | undefined };

/** Options of the rotation task; the defaults are the original's 10 rotations and `big_fully`. */
export const rotationOptions: z.ZodType<RotationOptions, RotationInput> = z.strictObject({
  rotations: z
    .enum(["axes", "cube"])
    .default("axes")
    .describe("Rotations of volumes to tell apart: the original's 10 about one axis each, or all 24 of the cube; images have 4 either way"),
  ...classifierFields,
});
