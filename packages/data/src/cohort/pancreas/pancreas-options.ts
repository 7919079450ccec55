import { z } from "zod";
import { amount, probability, range, type Given, type Interval } from "../option-fields.js";

/** Resolved options of the pancreas cohort; {@link pancreasCohortOptions} describes each. */
export interface PancreasCohortOptions {
  readonly size: number;
  readonly fieldOfViewMm: readonly [number, number, number];
  readonly labelled: boolean;
  readonly abdomen: {
    readonly warpMm: Interval;
    readonly positionMm: number;
    readonly radius: number;
    readonly fat: Interval;
    readonly bowelLoops: Interval;
    readonly bowelGasProbability: number;
  };
  readonly pancreas: {
    readonly bendMm: number;
    readonly shiftMm: number;
    readonly radius: number;
    readonly coarseSurface: number;
    readonly fineSurface: number;
    readonly attenuationHu: number;
    readonly attenuationJitterHu: number;
    readonly lobulationHu: Interval;
  };
  readonly lesion: {
    readonly probability: number;
    readonly radiusMm: Interval;
    readonly surface: number;
    readonly cystShare: number;
    readonly neuroendocrineShare: number;
    readonly dilatedDuctProbability: number;
  };
  readonly acquisition: {
    readonly blurVoxels: number;
    readonly sliceBlurVoxels: Interval;
    readonly noiseHu: Interval;
    readonly noiseGrainVoxels: number;
  };
}

/** Options as given: whatever is left out takes its default. */
export type PancreasCohortInput = Given<PancreasCohortOptions>;

const length = z.number().min(100).max(500);

const abdomen = z
  .strictObject({
    warpMm: range(1.5, 4, "Strength of the smooth warp of the whole abdomen, in mm"),
    positionMm: amount(5, "Standard deviation of each organ's position along each axis, in mm"),
    radius: amount(0.12, "Standard deviation of the logarithm of each organ's radii"),
    fat: range(0.08, 0.24, "Thickness of the fat under the skin as a share of the body's radius", z.number().min(0).max(0.5)),
    bowelLoops: range(9, 15, "Number of bowel loops", z.int().min(0)),
    bowelGasProbability: probability(0.35, "How often a bowel loop holds gas instead of fluid"),
  })
  .prefault({});

const pancreas = z
  .strictObject({
    bendMm: amount(5, "Standard deviation of each point of the pancreas' course along each axis, in mm"),
    shiftMm: amount(5, "Standard deviation of the whole pancreas' position along each axis, in mm"),
    radius: amount(0.1, "Standard deviation of the logarithm of its thickness"),
    coarseSurface: amount(0.16, "Unevenness of its surface at about 1/18 of the field of view, as a share of its radius"),
    fineSurface: amount(0.06, "Unevenness of its surface at about 1/30 of the field of view, as a share of its radius"),
    attenuationHu: z.number().default(102).describe("Mean attenuation in the portal venous phase, in HU"),
    attenuationJitterHu: amount(10, "Standard deviation of the attenuation from case to case, in HU"),
    lobulationHu: range(3, 14, "Strength of the fatty lobulation, which lowers the attenuation by up to twice this, in HU"),
  })
  .prefault({});

const lesion = z
  .strictObject({
    probability: probability(0.75, "How often there is a lesion"),
    radiusMm: range(6, 17, "Its radius, in mm"),
    surface: amount(0.2, "Unevenness of its surface, as a share of its radius"),
    cystShare: probability(0.2, "Share of cysts among the lesions (18 HU)"),
    neuroendocrineShare: probability(0.15, "Share of neuroendocrine tumours (150 HU); the rest are ductal carcinomas (72 HU)"),
    dilatedDuctProbability: probability(0.7, "How often a carcinoma dilates the duct behind it"),
  })
  .refine(({ cystShare, neuroendocrineShare }) => cystShare + neuroendocrineShare <= 1, {
    error: "expected cystShare and neuroendocrineShare not to exceed 1 together",
  })
  .prefault({});

const acquisition = z
  .strictObject({
    blurVoxels: amount(0.5, "Gaussian blur within the slice, standard deviation in voxels"),
    sliceBlurVoxels: range(0.4, 0.9, "Gaussian blur across slices, standard deviation in voxels"),
    noiseHu: range(8, 18, "Standard deviation of the noise, in HU"),
    noiseGrainVoxels: amount(0.6, "Gaussian blur of the noise, standard deviation in voxels"),
  })
  .prefault({});

/** Options of the pancreas cohort: the only place of their defaults, units and descriptions. */
export const pancreasCohortOptions: z.ZodType<PancreasCohortOptions, PancreasCohortInput> = z.strictObject({
  size: z.int().min(16).max(192).default(48).describe("Voxels along each axis"),
  fieldOfViewMm: z
    .tuple([length, length, length])
    .default([192, 256, 320])
    .describe("Edge lengths of the volume, [depth, height, width], in mm"),
  labelled: z.boolean().default(true).describe("False leaves the truth out, for pretraining; the images stay the same"),
  abdomen,
  pancreas,
  lesion,
  acquisition,
});
