import type { Volume } from "@ssl3d/core";
import { axisCodes } from "@ssl3d/data";

/** What `data inspect` tells of a volume. */
export interface VolumeFacts {
  readonly id: string;
  /** [depth, height, width] or [height, width], in voxels. */
  readonly size: readonly number[];
  readonly channels: number;
  readonly spacingMm: readonly number[];
  /** Direction of growing width, height and depth, such as RAS; "-" for a 2D image. */
  readonly orientation: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
}

/** Looks at all voxels of a volume. */
export function describeVolume(volume: Volume): VolumeFacts {
  const { id, size, channels, spacing, affine, voxels } = volume;
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  for (const value of voxels) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  const orientation = size.length === 3 ? axisCodes(affine) : "-";
  return { id, size, channels, spacingMm: spacing, orientation, minimum, maximum, mean: sum / voxels.length };
}
