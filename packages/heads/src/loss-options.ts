import { FOCAL_GAMMA, ORIGINAL_CLASS_WEIGHTS } from "@ssl3d/core";
import { z } from "zod";
import { LOSSES, type LossName, type LossSettings } from "./losses.js";

/** What can be set about the loss of a head with classes. */
export interface LossOptions {
  readonly loss: LossName;
  readonly classWeights: readonly number[] | null;
  readonly focalGamma: number;
}

/** The losses whose weights are the original's where none are given; those are for three classes. */
const WEIGHTED: readonly LossName[] = ["weighted-cross-entropy", "weighted-sum", "original-weighted-sum"];

/** A field for one weight a class. */
export const classWeightsField: z.ZodType<readonly number[] | null, readonly number[] | null | undefined> = z
  .array(z.number().min(0))
  .refine((weights) => weights.some((weight) => weight > 0), "expected at least one weight above 0")
  .readonly()
  .nullable()
  .default(null)
  .describe("Weight of each class in the loss; null weighs all alike, but 1, 5, 10 (the original's) in the weighted cross-entropies of three classes");

/** Fields of {@link LossOptions} for a head's schema, with the head's own default loss. */
export function lossFields(loss: LossName): {
  readonly loss: z.ZodType<LossName, LossName | undefined>;
  readonly classWeights: typeof classWeightsField;
  readonly focalGamma: z.ZodType<number, number | undefined>;
} {
  return {
    loss: z
      .enum(Object.keys(LOSSES) as [LossName, ...LossName[]])
      .default(loss)
      .describe("What is minimised; those called original keep a factor of 1e-5 on the Jaccard distance"),
    classWeights: classWeightsField,
    focalGamma: z.number().min(0).default(FOCAL_GAMMA).describe("Exponent of the focal loss: how little what is already right counts; 0 is cross-entropy"),
  };
}

/** What is wrong with the number of class weights; undefined where nothing is. */
export function wrongClassWeights({ loss, classWeights }: LossOptions, classes: number): string | undefined {
  const weights = classWeights ?? (WEIGHTED.includes(loss) ? ORIGINAL_CLASS_WEIGHTS : undefined);
  return weights === undefined || weights.length === classes ? undefined : `expected ${classes} weights, one a class`;
}

/** The settings that the loss is called with. */
export function lossSettings({ classWeights, focalGamma }: LossOptions): LossSettings {
  return { classWeights: classWeights ?? undefined, focalGamma };
}
