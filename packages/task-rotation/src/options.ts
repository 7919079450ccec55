import { classifierFields, type ClassifierOptions } from "@ssl3d/nn";
import { z } from "zod";

/** What can be set about the rotation task: the fully connected layers between the encoder and the classes. */
export type RotationOptions = ClassifierOptions;

/** What may be written in a configuration: every field is optional. */
export type RotationInput = { readonly [Key in keyof RotationOptions]?: RotationOptions[Key] | undefined };

/** Options of the rotation task; the defaults are the original's `big_fully`. */
export const rotationOptions: z.ZodType<RotationOptions, RotationInput> = z.strictObject({ ...classifierFields });
