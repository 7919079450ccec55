import type { Volume } from "@ssl3d/core";
import { gridMismatchError } from "../errors.js";
import { invertAffine, multiplyAffines } from "../volume/affine.js";
import { gridOf, type Grid } from "../volume/grid.js";
import { resampleAxes } from "./interpolate.js";
import { permuteAxes } from "./permute-axes.js";
import type { ResampleOptions } from "./resample.js";

/**
 * Resamples a volume onto another grid that lies along the same axes: it may be flipped, permuted, shifted, cropped, padded
 * or of other spacing, as preprocessing leaves it. Voxels outside the volume become 0. Where the two grids share voxels the
 * values are copied exactly. Brings label volumes onto a preprocessed image, and predictions back.
 * @throws SSL3D_GRID_MISMATCH where the grids are rotated against each other
 */
export function resampleOnto(volume: Volume, grid: Grid, options: ResampleOptions = {}): Volume {
  const { interpolation = "linear", antialias = true } = options;
  const rank = volume.size.length;
  const toSource = multiplyAffines(invertAffine(volume.affine), grid.affine);
  // entry of the source's axis `from` and the target's axis `to`, both in the order of `size`
  const entry = (from: number, to: number): number => toSource[(rank - 1 - from) * 4 + (rank - 1 - to)]!;
  const axes = grid.size.map((_, axis) => axis);
  const order = axes.map((to) => axes.reduce((best, from) => (Math.abs(entry(from, to)) > Math.abs(entry(best, to)) ? from : best), 0));
  const drift = axes.map((to) =>
    axes.reduce((sum, from) => (order[to] === from ? sum : sum + Math.abs(entry(from, to)) * (grid.size[to]! - 1)), 0),
  );
  if (grid.size.length !== rank || new Set(order).size !== rank || Math.max(...drift) > 0.01) {
    throw gridMismatchError(volume.id, volume.affine, grid.affine);
  }
  const turned = order.every((axis, at) => axis === at) ? volume : permuteAxes(volume, order, order.map(() => false));
  const sampling = axes.map((to) => ({
    length: turned.size[to]!,
    samples: grid.size[to]!,
    scale: entry(order[to]!, to),
    offset: toSource[(rank - 1 - order[to]!) * 4 + 3]!,
  }));
  const voxels = resampleAxes(turned.voxels, sampling, volume.channels, interpolation, "zero", antialias);
  return { ...volume, voxels, ...gridOf(grid) };
}

/**
 * Brings a prediction made on a reoriented, resampled, cropped or padded volume back onto the volume as it was read, so that
 * it opens over it at the right place. Nearest neighbour by default, for label maps.
 * @param original the volume as it was read, or its grid
 * @throws SSL3D_GRID_MISMATCH
 */
export function restoreGeometry(prediction: Volume, original: Grid, options: ResampleOptions = {}): Volume {
  return resampleOnto(prediction, original, { interpolation: "nearest", ...options });
}
