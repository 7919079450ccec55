import { SURFACE_TOLERANCE_MM } from "@ssl3d/core";
import { augmentationOptions, type AugmentationInput, type AugmentationOptions } from "@ssl3d/data";
import { BATCH_NORM_EPSILON } from "@ssl3d/nn";
import { z } from "zod";
import { lossFields, wrongClassWeights, type LossOptions } from "./loss-options.js";
import { MEASURES, type Measure, type Regions } from "./regions.js";

/** What can be set about the segmentation head. */
export interface SegmentationOptions extends LossOptions {
  readonly labelValues: readonly number[];
  readonly patchSize: readonly number[] | null;
  readonly foreground: number;
  readonly augmentation: AugmentationOptions | null;
  readonly batchNorm: boolean;
  readonly batchNormEpsilon: number;
  readonly dropout: number;
  readonly recompute: boolean;
  readonly regions: Regions;
  readonly scores: readonly Measure[];
  readonly toleranceMm: number;
}

/** What may be written in a configuration: every field is optional. */
export type SegmentationInput = {
  readonly [Key in Exclude<keyof SegmentationOptions, "augmentation">]?: SegmentationOptions[Key] | undefined;
} & { readonly augmentation?: AugmentationInput | null | undefined };

const labels = z.array(z.int().min(0).max(255));

/** Options of the segmentation head: the only place of their defaults, units and descriptions. */
export const segmentationOptions: z.ZodType<SegmentationOptions, SegmentationInput> = z
  .strictObject({
    labelValues: labels
      .min(2)
      .readonly()
      .refine((values) => new Set(values).size === values.length, "expected different values")
      .default([0, 1])
      .describe("Values of the label volumes, one a class; the first is the background. BraTS files hold 0, 1, 2, 4"),
    ...lossFields("dice-cross-entropy"),
    patchSize: z
      .array(z.int().positive())
      .min(2)
      .max(3)
      .readonly()
      .nullable()
      .default(null)
      .describe("Size in voxels of the patches to train on, [depth, height, width]; null takes whole images"),
    foreground: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe("Probability that a patch lies around a labelled voxel instead of anywhere"),
    augmentation: augmentationOptions.nullable().prefault({}).describe("How training examples are varied; null leaves them as they are"),
    batchNorm: z.boolean().default(true).describe("Batch normalisation in the decoder"),
    batchNormEpsilon: z.number().positive().default(BATCH_NORM_EPSILON).describe("Added to the variance in batch normalisation; PyTorch's is 1e-5"),
    dropout: z.number().min(0).lt(1).default(0).describe("Dropout rate in the decoder's levels; the original has 0.5"),
    recompute: z.boolean().default(false).describe("Compute each level again for its gradient: less memory, a third more time"),
    regions: z
      .union([z.enum(["labels", "brats"]), z.record(z.string(), labels.readonly())])
      .default("labels")
      .describe('What is scored: every label by itself, "brats" (WT, TC, ET), or names with the label values they unite'),
    scores: z
      .array(z.enum(MEASURES))
      .min(1)
      .readonly()
      .default(["dice"])
      .describe("What is reported of every region: dice, jaccard, nsd (normalised surface Dice), hd95 (95 % Hausdorff distance in mm)"),
    toleranceMm: z.number().min(0).default(SURFACE_TOLERANCE_MM).describe("Distance in mm up to which the normalised surface Dice takes surfaces for one"),
  })
  .superRefine((options, context) => {
    const message = wrongClassWeights(options, options.labelValues.length);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["classWeights"], message });
  });
