import { patchGridFields, type PatchGridOptions } from "@ssl3d/data";
import { classifierFields, type ClassifierOptions } from "@ssl3d/nn";
import { z } from "zod";

/** What can be set about jigsaw puzzles: the grid of pieces, how many orders, and the layers between the encoder and the classes. */
export interface JigsawOptions extends PatchGridOptions, ClassifierOptions {
  readonly permutations: number;
}

/** What may be written in a configuration: every field is optional. */
export type JigsawInput = { readonly [Key in keyof JigsawOptions]?: JigsawOptions[Key] | undefined };

/** Options of jigsaw puzzles; the defaults are the original's `big_fully`, its table of 100 orders and its published 3D grid. */
export const jigsawOptions: z.ZodType<JigsawOptions, JigsawInput> = z.strictObject({
  ...patchGridFields,
  permutations: z.int().min(2).max(1000).default(100).describe("Orders of the pieces to tell apart, which is the number of classes"),
  ...classifierFields,
});
