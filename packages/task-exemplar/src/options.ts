import { TRIPLET_MARGIN } from "@ssl3d/core";
import { z } from "zod";

/** How volumes are changed. */
export interface VolumeAugmentation {
  readonly flipProbability: number;
  readonly rotationProbability: number;
  readonly quarterTurnShare: number;
  readonly intensityProbability: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly zoomProbability: number;
  readonly zoom: number;
}

/** How images are changed. */
export interface ImageAugmentation {
  readonly quarterTurns: boolean;
  readonly verticalFlipProbability: number;
  readonly horizontalFlipProbability: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly range: "image" | readonly [number, number] | null;
}

/** What can be set about the exemplar task. */
export interface ExemplarOptions {
  readonly projection: "shared" | "separate";
  readonly codeSize: number;
  readonly margin: number;
  readonly negatives: "batch" | "dataset";
  readonly interpolation: "linear" | "cubic";
  readonly outside: "background" | "zero";
  readonly augmentation3d: VolumeAugmentation;
  readonly augmentation2d: ImageAugmentation;
}

type Written<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** What may be written in a configuration: every field is optional. */
export type ExemplarInput = Written<Omit<ExemplarOptions, "augmentation3d" | "augmentation2d">> & {
  readonly augmentation3d?: Written<VolumeAugmentation> | undefined;
  readonly augmentation2d?: Written<ImageAugmentation> | undefined;
};

const share = z.number().min(0).max(1);
const part = z.number().min(0).max(0.99);
const amount = z.number().min(0);

const volumeAugmentation: z.ZodType<VolumeAugmentation, Written<VolumeAugmentation>> = z.strictObject({
  flipProbability: share.default(0.5).describe("Probability of a mirror image along each axis"),
  rotationProbability: share.default(0.5).describe("Probability of a rotation in each of the three planes"),
  quarterTurnShare: share
    .default(0.5)
    .describe("Share of these rotations that are 0 to 3 quarter turns; the others are by any angle, about the centre, in voxels"),
  intensityProbability: share.default(0.5).describe("Probability of a change of brightness and contrast"),
  brightness: amount.default(0.125).describe("Largest shift of the intensity, in the units of the preprocessed volume"),
  contrast: part.default(0.5).describe("Largest relative change of the contrast about the volume's mean"),
  zoomProbability: share.default(0.15).describe("Probability of a change of size, each axis by its own factor"),
  zoom: part.default(0.2).describe("Largest relative change of size along an axis"),
});

const imageAugmentation: z.ZodType<ImageAugmentation, Written<ImageAugmentation>> = z.strictObject({
  quarterTurns: z.boolean().default(true).describe("Whether images are turned by 0 to 3 quarter turns"),
  verticalFlipProbability: share.default(0.5).describe("Probability of turning the image upside down"),
  horizontalFlipProbability: share.default(0.5).describe("Probability of a mirror image"),
  brightness: amount.default(0.2).describe("Largest shift of the intensity, in the units of the preprocessed image"),
  contrast: part.default(0.2).describe("Largest relative change of the intensity"),
  range: z
    .union([z.literal("image"), z.tuple([z.number(), z.number()]).readonly()])
    .nullable()
    .default("image")
    .describe('What intensities are clipped to: "image" is the image\'s own smallest and largest, [0, 1] the original\'s; null does not clip'),
});

/** Options of the exemplar task: the only place of their defaults, units and descriptions. Probabilities and ranges are the original's. */
export const exemplarOptions: z.ZodType<ExemplarOptions, ExemplarInput> = z.strictObject({
  projection: z
    .enum(["shared", "separate"])
    .default("shared")
    .describe('"shared": one layer makes the codes of all three images; "separate": one each for anchor, positive and negative, as the original'),
  codeSize: z.int().positive().default(1024).describe("Numbers in a code"),
  margin: z.number().positive().default(TRIPLET_MARGIN).describe("By how much the negative must be farther than the positive; distances lie between 0 and 1"),
  negatives: z
    .enum(["batch", "dataset"])
    .default("batch")
    .describe('Where negatives come from: "batch" takes another case of the batch (2 or more), "dataset" loads another case for each'),
  interpolation: z.enum(["linear", "cubic"]).default("linear").describe('Of rotations and zoom in 3D; "cubic" is the original\'s spline, several times slower'),
  outside: z
    .enum(["background", "zero"])
    .default("background")
    .describe('What rotations and zoom bring in from outside the volume: "background" is each channel\'s value at the volume\'s corners; "zero" is the original\'s, which edges show unless empty space is 0'),
  augmentation3d: volumeAugmentation.prefault({}).describe("How volumes are changed"),
  augmentation2d: imageAugmentation.prefault({}).describe("How images are changed"),
});
