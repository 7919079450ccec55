import { DENSE_STACKS } from "@ssl3d/nn";
import { z } from "zod";

/** What can be set about the rotation task: the fully connected layers between the encoder and the classes. */
export interface RotationOptions {
  readonly widths: readonly number[];
  readonly batchNorm: boolean;
  readonly dropout: number;
}

/** What may be written in a configuration: every field is optional. */
export type RotationInput = { readonly [Key in keyof RotationOptions]?: RotationOptions[Key] | undefined };

const { widths, batchNorm, dropout } = DENSE_STACKS.wide;

/** Options of the rotation task; the defaults are the original's `big_fully`. */
export const rotationOptions: z.ZodType<RotationOptions, RotationInput> = z.strictObject({
  widths: z
    .array(z.int().positive())
    .readonly()
    .default(widths)
    .describe("Outputs of each fully connected layer; narrower ones save most of the task's memory; none is a linear classifier"),
  batchNorm: z.boolean().default(batchNorm).describe("Batch normalisation after each fully connected layer"),
  dropout: z.number().min(0).lt(1).default(dropout).describe("Dropout rate after each fully connected layer"),
});
