import { z } from "zod";

/** How intensities are brought to a common scale, per channel. */
export type Normalisation = "z-score" | "min-max" | "none";

/** What is done to a volume between its file and a network, in the order of the fields. */
export interface PreprocessingOptions {
  readonly orientation: "RAS" | null;
  readonly spacing: readonly number[] | null;
  readonly cropToForeground: boolean;
  readonly intensityRange: readonly number[] | null;
  readonly clipPercentiles: readonly number[] | null;
  readonly normalisation: Normalisation;
  readonly size: readonly number[] | null;
}

/** What may be written in a configuration: every field is optional. */
export type PreprocessingInput = { readonly [Key in keyof PreprocessingOptions]?: PreprocessingOptions[Key] | undefined };

const percentiles = z
  .array(z.number().min(0).max(100))
  .length(2)
  .refine(([low = 0, high = 0]) => low < high, "expected the lower percentile before the upper one");

const range = z
  .array(z.number())
  .length(2)
  .refine(([low = 0, high = 0]) => low < high, "expected the lower intensity before the higher one");

/** Options of preprocessing: the only place of their defaults, units and descriptions. */
export const preprocessingOptions: z.ZodType<PreprocessingOptions, PreprocessingInput> = z.strictObject({
  orientation: z
    .literal("RAS")
    .nullable()
    .default("RAS")
    .describe("Axis directions to turn volumes to: RAS (width to the patient's right, height to the front, depth to the top); null leaves them"),
  spacing: z
    .array(z.number().positive())
    .min(2)
    .max(3)
    .nullable()
    .default(null)
    .describe("Voxel spacing to resample to in mm, [depth, height, width]; null keeps the file's"),
  cropToForeground: z.boolean().default(false).describe("Whether to cut off the empty margin around the voxels that are not background"),
  intensityRange: range
    .nullable()
    .default(null)
    .describe("Intensities to clip to, as the file gives them, e.g. [-160, 240] HU for soft tissue in CT; null does not clip"),
  clipPercentiles: percentiles
    .nullable()
    .default(null)
    .describe("Percentiles (0 to 100) of the intensities to clip to, per channel, e.g. [0.5, 99.5]; null does not clip"),
  normalisation: z
    .enum(["z-score", "min-max", "none"])
    .default("z-score")
    .describe("Intensity scale per channel: z-score (mean 0, standard deviation 1), min-max (0 to 1) or none"),
  size: z
    .array(z.int().positive())
    .min(2)
    .max(3)
    .nullable()
    .default(null)
    .describe("Spatial size in voxels to crop or pad to around the centre, [depth, height, width]; null keeps the volume's"),
});
