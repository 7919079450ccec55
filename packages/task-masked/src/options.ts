import { z } from "zod";

/** What can be set about masked reconstruction. */
export interface MaskedOptions {
  readonly blockSize: number;
  readonly maskFraction: number;
  readonly visibleWeight: number;
  readonly batchNorm: boolean;
  readonly dropout: number;
  readonly recompute: boolean;
}

/** What may be written in a configuration: every field is optional. */
export type MaskedInput = { readonly [Key in keyof MaskedOptions]?: MaskedOptions[Key] | undefined };

/** Options of masked reconstruction: the only place of their defaults, units and descriptions. */
export const maskedOptions: z.ZodType<MaskedOptions, MaskedInput> = z.strictObject({
  blockSize: z.int().positive().default(8).describe("Side in voxels of the blocks that are hidden as a whole"),
  maskFraction: z.number().gt(0).lt(1).default(0.6).describe("Share of the blocks that is hidden; at least one block is hidden and one is not"),
  visibleWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Weight of visible voxels in the loss, beside 1 for hidden ones; 0 asks for the hidden ones only"),
  batchNorm: z.boolean().default(true).describe("Batch normalisation in the decoder"),
  dropout: z.number().min(0).lt(1).default(0).describe("Dropout rate in the decoder's levels"),
  recompute: z.boolean().default(false).describe("Compute each level of the decoder again for its gradient: less memory, a third more time"),
});
