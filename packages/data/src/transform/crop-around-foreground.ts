import type { Volume, VoxelArray } from "@ssl3d/core";
import { patchSizeError } from "../errors.js";
import { foregroundBox } from "./foreground.js";
import { extractWindow } from "./window.js";

/**
 * Cuts a block of the given size around all voxels that are not 0, where the original's data conversion cuts it
 * (`crop_one_volume`): about the middle of the foreground, a voxel or so before it, and not before the volume's first voxel.
 * @throws SSL3D_PATCH_SIZE where the block would reach beyond the volume's end; the original then resized the volume instead
 */
export function cropAroundForeground<Voxels extends VoxelArray>(volume: Volume<Voxels>, size: readonly number[]): Volume<Voxels> {
  const box = foregroundBox(volume, 0, new Array<number>(volume.channels).fill(0));
  const start = size.map((length, axis) => {
    const first = box.start[axis]!;
    // The original takes the last voxel's index for the end, which makes the extent one less than it is.
    const excess = box.size[axis]! - 1 - length;
    return excess > 0 ? Math.trunc(first + excess / 2 - 1) : Math.max(0, Math.trunc(first + excess / 2 - 1));
  });
  if (start.some((from, axis) => from < 0 || from + size[axis]! > volume.size[axis]!)) throw patchSizeError(volume.id, volume.size, size);
  return extractWindow(volume, start, size);
}
