import type { NamedInput, Normalisation, Rank } from "@ssl3d/core";
import { z } from "zod";
import type { GeneratorArguments } from "./original-values.js";

/** How the original read the files of a data set: chosen by `dataset_name`. */
export interface OriginalLoader {
  readonly rank: Rank;
  /** The layout here that reads the same files. */
  readonly dataset: NamedInput;
  readonly normalisation: Normalisation;
  /** What `train_data_generator_args` and `val_data_generator_args` may hold; the loader fails on anything else. */
  readonly arguments: z.ZodType<GeneratorArguments>;
  /** Random patches that are cut of each scan; absent: whole images. */
  readonly patches?: { readonly size: readonly number[]; readonly perScan: number };
}

const shuffle = z.boolean().optional().describe("Whether files are shuffled between epochs; here examples always come in random order");
const augment = z.boolean().optional().describe("Random zoom and flips before the task");
const patchSize = z.array(z.int().positive()).length(3).optional().describe("Voxels of the patches cut of each scan");
const argumentsOf = {
  images: { shuffle, augment, augment_zoom_only: augment.describe("Random zoom before the task") },
  slices: { shuffle, n_classes: z.int().positive().optional().describe("Classes of the labels, which pretraining does not read") },
  volumes: { shuffle },
  patches: { shuffle, patch_size: patchSize, patches_per_scan: z.int().positive().optional().describe("Patches cut of each scan") },
};

const IMAGES: OriginalLoader = { rank: 2, dataset: "image-folder", normalisation: "min-max", arguments: z.strictObject(argumentsOf.images) };
const VOLUMES: OriginalLoader = { rank: 3, dataset: "npy-folder", normalisation: "min-max", arguments: z.strictObject(argumentsOf.volumes) };

/** The original's loaders by `dataset_name`. */
export const LOADERS: Readonly<Record<string, OriginalLoader>> = {
  kaggle_retina: IMAGES,
  ukb2d: IMAGES,
  // its slices were cut of volumes that had been scaled already
  pancreas2d: {
    rank: 2,
    dataset: { name: "npy-folder", options: { rank: 2 } },
    normalisation: "none",
    arguments: z.strictObject(argumentsOf.slices),
  },
  pancreas3d: VOLUMES,
  brats: VOLUMES,
  ukb3d: { ...VOLUMES, patches: { size: [128, 128, 128], perScan: 2 }, arguments: z.strictObject(argumentsOf.patches) },
};

/** The loader of a data set; undefined where the original had none. */
export function loaderOf(datasetName: unknown): OriginalLoader | undefined {
  return typeof datasetName === "string" && Object.hasOwn(LOADERS, datasetName) ? LOADERS[datasetName] : undefined;
}

/** Arguments of any of the loaders. */
export const anyArguments: z.ZodType<GeneratorArguments> = z.strictObject({
  ...argumentsOf.images,
  ...argumentsOf.slices,
  ...argumentsOf.patches,
});

/** The random patches that the original cut of each scan; undefined where it took whole images. */
export function patchesOf(datasetName: string, args: GeneratorArguments): { readonly size: readonly number[]; readonly perScan: number } | undefined {
  const patches = loaderOf(datasetName)?.patches;
  return patches && { size: args.patch_size ?? patches.size, perScan: args.patches_per_scan ?? patches.perScan };
}
