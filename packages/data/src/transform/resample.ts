import type { Volume } from "@ssl3d/core";
import { spacingError } from "../errors.js";
import { subgrid } from "../volume/grid.js";
import { resampleAxes, type Interpolation } from "./interpolate.js";

/** How {@link resampleToSpacing} and {@link resampleToSize} resample. */
export interface ResampleOptions {
  /** "linear" (default) gives float32; "nearest", for labels, keeps the number format. */
  readonly interpolation?: Interpolation;
  /** With linear interpolation, average over all voxels that a larger one covers instead of reading between two. Default true. */
  readonly antialias?: boolean;
}

/**
 * Resamples a volume to a voxel spacing in mm, [depth, height, width] or [height, width]. The centre stays where it is and
 * the size is rounded to whole voxels, so the outer border moves by at most half a new voxel. Throws SSL3D_SPACING.
 */
export function resampleToSpacing(volume: Volume, spacing: readonly number[], options: ResampleOptions = {}): Volume {
  if (spacing.length !== volume.size.length || !spacing.every((length) => Number.isFinite(length) && length > 0)) {
    throw spacingError(volume.id, spacing, volume.size.length);
  }
  const scale = spacing.map((length, axis) => length / volume.spacing[axis]!);
  const size = volume.size.map((length, axis) => Math.max(1, Math.round(length / scale[axis]!)));
  return resample(volume, size, scale, options);
}

/** Resamples a volume to a size in voxels; it covers the same space. Throws SSL3D_SPACING. */
export function resampleToSize(volume: Volume, size: readonly number[], options: ResampleOptions = {}): Volume {
  if (size.length !== volume.size.length || !size.every((length) => Number.isInteger(length) && length > 0)) {
    throw spacingError(volume.id, size, volume.size.length);
  }
  return resample(volume, size, volume.size.map((length, axis) => length / size[axis]!), options);
}

function resample(volume: Volume, size: readonly number[], scale: readonly number[], options: ResampleOptions): Volume {
  const { interpolation = "linear", antialias = true } = options;
  // the centres of both grids coincide
  const offset = size.map((length, axis) => (volume.size[axis]! - 1) / 2 - (scale[axis]! * (length - 1)) / 2);
  const axes = size.map((samples, axis) => ({
    length: volume.size[axis]!,
    samples,
    scale: scale[axis]!,
    offset: offset[axis]!,
  }));
  const voxels = resampleAxes(volume.voxels, axes, volume.channels, interpolation, "border", antialias);
  return { ...volume, voxels, ...subgrid(volume, size, offset, scale) };
}
