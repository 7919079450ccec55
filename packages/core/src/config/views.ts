import { z } from "zod";

/** Planes of the body, by the axis of a RAS volume that they are perpendicular to. */
export type SliceAxis = "axial" | "coronal" | "sagittal";

/** How slices are drawn from volumes. */
export interface SliceOptions {
  readonly axis: SliceAxis;
  readonly foreground: number;
}

/** What of a preprocessed image an example is made of; all of it where both are null. */
export interface ViewOptions {
  readonly slices: SliceOptions | null;
  readonly crop: number | readonly number[] | null;
}

/** What may be written: every field is optional, and a slice's axis may stand by itself. */
export interface ViewInput {
  readonly slices?: SliceAxis | { readonly axis: SliceAxis; readonly foreground?: number | undefined } | null | undefined;
  readonly crop?: number | readonly number[] | null | undefined;
}

const FOREGROUND = 0.1;
const axis = z.enum(["axial", "coronal", "sagittal"]).describe("Plane of the slices, taken of volumes in RAS orientation");

/** Fields of {@link ViewOptions}: the only place of their defaults, units and descriptions. */
export const viewFields: { readonly [Key in keyof ViewOptions]: z.ZodType<ViewOptions[Key], ViewInput[Key]> } = {
  slices: z
    .union([
      axis.transform((plane): SliceOptions => ({ axis: plane, foreground: FOREGROUND })),
      z.strictObject({
        axis,
        foreground: z
          .number()
          .min(0)
          .max(1)
          .default(FOREGROUND)
          .describe("Least share (0 to 1) of a slice's voxels that differ from the volume's background, the value of its corners; emptier slices are not drawn"),
      }),
    ])
    .nullable()
    .default(null)
    .describe("Makes 2D examples of 3D volumes: each of a random slice, turned as on a radiologist's screen; null takes whole volumes"),
  crop: z
    .union([z.int().positive(), z.array(z.int().positive()).min(2).max(3)])
    .nullable()
    .default(null)
    .describe("Voxels of a random patch of which each example is made, one number for every axis or [depth, height, width]; null takes the whole image"),
};
