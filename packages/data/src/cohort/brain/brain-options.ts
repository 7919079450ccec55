import { z } from "zod";
import { amount, probability, range, type Given, type Interval } from "../option-fields.js";

/** Resolved options of the brain tumour cohort; {@link brainCohortOptions} describes each. */
export interface BrainCohortOptions {
  readonly size: number;
  readonly fieldOfViewMm: number;
  readonly labelled: boolean;
  readonly geometry: {
    readonly rotationDegrees: number;
    readonly scale: Interval;
    readonly shear: number;
    readonly shiftMm: number;
    readonly flipProbability: number;
    readonly coarseWarpMm: Interval;
    readonly fineWarpMm: Interval;
  };
  readonly tumour: {
    readonly coreRadiusMm: Interval;
    readonly minimumDepthMm: number;
    readonly massEffect: Interval;
    readonly highGradeProbability: number;
    readonly necrosis: Interval;
    readonly oedemaMarginMm: Interval;
  };
  readonly contrast: {
    readonly meanJitter: number;
    readonly tissueTexture: number;
    readonly tumourTexture: number;
    readonly anatomyTexture: number;
    readonly spotCount: Interval;
    readonly spotRadiusMm: Interval;
  };
  readonly acquisition: {
    readonly gamma: Interval;
    readonly biasField: Interval;
    readonly blurVoxels: number;
    readonly sliceBlurVoxels: Interval;
    readonly noise: Interval;
    readonly clipPercent: Interval;
  };
}

/** Options as given: whatever is left out takes its default. */
export type BrainCohortInput = Given<BrainCohortOptions>;

const geometry = z
  .strictObject({
    rotationDegrees: amount(10, "Largest rotation about each axis, either way, in degrees"),
    scale: range(0.9, 1.1, "Magnification along each axis", z.number().min(0.5).max(2)),
    shear: amount(0.05, "Largest shear, either way"),
    shiftMm: amount(4, "Largest shift along each axis, either way, in mm"),
    flipProbability: probability(0.5, "How often left and right are swapped"),
    coarseWarpMm: range(1.2, 2.8, "Strength of the smooth warp at about 1/6 of the field of view, in mm"),
    fineWarpMm: range(0.5, 1.2, "Strength of the smooth warp at about 1/13 of the field of view, in mm"),
  })
  .prefault({});

const tumour = z
  .strictObject({
    coreRadiusMm: range(8, 19, "Radius of the tumour core, in mm"),
    minimumDepthMm: amount(8, "Least distance of the tumour's centre from the brain's surface, in mm"),
    massEffect: range(0, 0.35, "How far tissue is pushed outwards, as a share of its distance from the centre"),
    highGradeProbability: probability(0.8, "How often the core is necrotic with an enhancing ring"),
    necrosis: range(0.45, 0.8, "Radius of the necrosis as a share of the core's"),
    oedemaMarginMm: range(3, 16, "How far oedema reaches beyond the core, in mm"),
  })
  .prefault({});

const contrast = z
  .strictObject({
    meanJitter: amount(
      0.035,
      "Standard deviation of each tissue's brightness from case to case, in units of T1 white matter = 0.76",
    ),
    tissueTexture: amount(0.03, "Standard deviation of the texture in grey and white matter"),
    tumourTexture: amount(0.07, "Standard deviation of the texture in the tumour"),
    anatomyTexture: amount(0.5, "How much of the real scan's own texture is kept"),
    spotCount: range(0, 6, "Number of unlabelled bright white-matter spots", z.int().min(0)),
    spotRadiusMm: range(2.5, 5, "Radius of those spots, in mm"),
  })
  .prefault({});

const acquisition = z
  .strictObject({
    gamma: range(0.85, 1.2, "Exponent of the brightness curve", z.number().positive()),
    biasField: range(0.03, 0.12, "Standard deviation of the logarithm of the coil's smooth shading"),
    blurVoxels: amount(0.25, "Gaussian blur along every axis, standard deviation in voxels"),
    sliceBlurVoxels: range(0, 1, "Further blur along one random axis, standard deviation in voxels"),
    noise: range(0.008, 0.024, "Standard deviation of the Rician noise"),
    clipPercent: range(
      0.5,
      99.5,
      "Percentiles of the brain at which brightness is clipped",
      z.number().min(0).max(100),
    ),
  })
  .prefault({});

/** Options of the brain tumour cohort: the only place of their defaults, units and descriptions. */
export const brainCohortOptions: z.ZodType<BrainCohortOptions, BrainCohortInput> = z.strictObject({
  size: z.int().min(16).max(192).default(64).describe("Voxels along each axis"),
  fieldOfViewMm: z.number().min(150).max(260).default(185.6).describe("Edge length of the volume, in mm"),
  labelled: z.boolean().default(true).describe("False leaves the truth out, for pretraining; the images stay the same"),
  geometry,
  tumour,
  contrast,
  acquisition,
});
