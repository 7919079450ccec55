import { patchGridFields, type PatchGridOptions } from "@ssl3d/data";
import { classifierFields, type ClassifierOptions } from "@ssl3d/nn";
import { z } from "zod";

/** What can be set about relative patch location: the grid of patches, and the layers between the encoder and the classes. */
export interface RplOptions extends PatchGridOptions, ClassifierOptions {}

/** What may be written in a configuration: every field is optional. */
export type RplInput = { readonly [Key in keyof RplOptions]?: RplOptions[Key] | undefined };

/** Options of relative patch location; the defaults are the original's `big_fully` and its published 3D grid. */
export const rplOptions: z.ZodType<RplOptions, RplInput> = z.strictObject({ ...patchGridFields, ...classifierFields });
