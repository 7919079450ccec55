import { ORIGINAL_CLASS_WEIGHTS } from "@ssl3d/core";
import { augmentationOptions, type AugmentationInput, type AugmentationOptions } from "@ssl3d/data";
import { z } from "zod";
import { LOSSES, type LossName } from "./loss.js";
import type { Regions } from "./regions.js";

/** What can be set about the segmentation head. */
export interface SegmentationOptions {
  readonly labelValues: readonly number[];
  readonly loss: LossName;
  readonly classWeights: readonly number[] | null;
  readonly patchSize: readonly number[] | null;
  readonly foreground: number;
  readonly augmentation: AugmentationOptions | null;
  readonly batchNorm: boolean;
  readonly dropout: number;
  readonly recompute: boolean;
  readonly regions: Regions;
}

/** What may be written in a configuration: every field is optional. */
export type SegmentationInput = {
  readonly [Key in Exclude<keyof SegmentationOptions, "augmentation">]?: SegmentationOptions[Key] | undefined;
} & { readonly augmentation?: AugmentationInput | null | undefined };

const WEIGHTED: readonly LossName[] = ["weighted-cross-entropy", "weighted-sum"];

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
    loss: z
      .enum(Object.keys(LOSSES) as [LossName, ...LossName[]])
      .default("dice-cross-entropy")
      .describe("What is minimised: soft Dice plus cross-entropy, or one of the original's losses"),
    classWeights: z
      .array(z.number().min(0))
      .readonly()
      .nullable()
      .default(null)
      .describe("Weight of each class in the weighted cross-entropies; null is the original's 1, 5, 10 for three classes"),
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
    dropout: z.number().min(0).lt(1).default(0).describe("Dropout rate in the decoder's levels; the original has 0.5"),
    recompute: z.boolean().default(false).describe("Compute each level again for its gradient: less memory, a third more time"),
    regions: z
      .union([z.enum(["labels", "brats"]), z.record(z.string(), labels.readonly())])
      .default("labels")
      .describe('What is scored: every label by itself, "brats" (WT, TC, ET), or names with the label values they unite'),
  })
  .superRefine(({ labelValues, loss, classWeights }, context) => {
    const weights = classWeights ?? ORIGINAL_CLASS_WEIGHTS;
    if (!WEIGHTED.includes(loss) || weights.length === labelValues.length) return;
    const message = `expected ${labelValues.length} weights, one a class`;
    context.addIssue({ code: "custom", path: ["classWeights"], message });
  });
