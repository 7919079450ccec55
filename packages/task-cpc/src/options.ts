import type { Rank } from "@ssl3d/core";
import { z } from "zod";

/** What can be set about contrastive predictive coding. */
export interface CpcOptions {
  readonly loss: "infonce" | "pairs";
  readonly patchesPerSide: number | null;
  readonly codeSize: number;
  readonly contextSize: number;
  readonly imageCrop: number;
  readonly patchCrop: number | null;
  readonly patchFlip: number | null;
}

/** What may be written in a configuration: every field is optional. */
export type CpcInput = { readonly [Key in keyof CpcOptions]?: CpcOptions[Key] | undefined };

/** The options whose defaults differ between volumes and images. */
export type PatchOptions = { readonly [Key in "patchesPerSide" | "patchCrop" | "patchFlip"]: number };

/** What the original used: its shipped 3D and 2D configurations and its distortion of patches. */
export const PUBLISHED_PATCHES: Readonly<Record<Rank, PatchOptions>> = {
  2: { patchesPerSide: 5, patchCrop: 11 / 12, patchFlip: 0 },
  3: { patchesPerSide: 4, patchCrop: 7 / 8, patchFlip: 0.5 },
};

/** The smallest grid in which nothing that is to be predicted is read. */
export const LEAST_PATCHES_PER_SIDE = 4;

const TOO_FEW = `expected at least ${LEAST_PATCHES_PER_SIDE}: with 2 or 3 patches per side, the context mirrored at the grid's border would contain the first row to predict`;

/** Options of contrastive predictive coding; the defaults are the paper's loss and the original's sizes. */
export const cpcOptions: z.ZodType<CpcOptions, CpcInput> = z.strictObject({
  loss: z
    .enum(["infonce", "pairs"])
    .default("infonce")
    .describe('"infonce": recognise the true patch among all patches of the batch; "pairs": the original\'s true or false on single patches'),
  patchesPerSide: z
    .int()
    .min(LEAST_PATCHES_PER_SIDE, { error: TOO_FEW })
    .nullable()
    .default(null)
    .describe("Patches along every axis; null: 4 in 3D, 5 in 2D"),
  codeSize: z.int().positive().default(1024).describe("Numbers in the code of a patch"),
  contextSize: z.int().positive().default(256).describe("Units of the recurrent network that sums up the context"),
  imageCrop: z
    .number()
    .positive()
    .max(1)
    .default(0.95)
    .describe("Share of every side of the image that is kept, at a random place and padded with zeros again; 1 keeps all"),
  patchCrop: z
    .number()
    .positive()
    .max(1)
    .nullable()
    .default(null)
    .describe("Share of every side of a patch that is kept, likewise; null: 7/8 in 3D, 11/12 in 2D"),
  patchFlip: z.number().min(0).max(1).nullable().default(null).describe("Probability that a patch is flipped along its first axis; null: 0.5 in 3D, 0 in 2D"),
});

/** The options of patches with their defaults for volumes or images filled in. */
export function patchOptions(options: Pick<CpcOptions, keyof PatchOptions>, rank: Rank): PatchOptions {
  const published = PUBLISHED_PATCHES[rank];
  return {
    patchesPerSide: options.patchesPerSide ?? published.patchesPerSide,
    patchCrop: options.patchCrop ?? published.patchCrop,
    patchFlip: options.patchFlip ?? published.patchFlip,
  };
}
