import { z } from "zod";

/** How a task cuts its images into patches. */
export interface PatchGridOptions {
  readonly patchesPerSide: number;
  readonly patchJitter: number;
}

/** Fields of {@link PatchGridOptions} for a task's schema; the defaults are the original's published 3D settings. */
export const patchGridFields: {
  readonly patchesPerSide: z.ZodType<number, number | undefined>;
  readonly patchJitter: z.ZodType<number, number | undefined>;
} = {
  patchesPerSide: z.int().min(2).default(3).describe("Patches along every axis"),
  patchJitter: z
    .int()
    .default(3)
    .describe(
      "Voxels by which a patch is smaller than its cell of the grid, for a random place within it, so that edges do not continue from patch to patch; below 0 patches overlap by so many voxels",
    ),
};
