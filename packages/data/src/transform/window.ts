import type { Volume, VoxelArray } from "@ssl3d/core";
import { subgrid, withDepth } from "../volume/grid.js";
import { allocateLike } from "../volume/voxel-type.js";

/** The block of `size` voxels that begins at voxel `start`, which may reach beyond the volume; there it holds `fill`, one value or one per channel. */
export function extractWindow<Voxels extends VoxelArray>(
  volume: Volume<Voxels>,
  start: readonly number[],
  size: readonly number[],
  fill: number | readonly number[] = 0,
): Volume<Voxels> {
  const { voxels, channels } = volume;
  const [depth, height, width] = withDepth(size, 1) as [number, number, number];
  const [startK, startJ, startI] = withDepth(start, 0) as [number, number, number];
  const [oldDepth, oldHeight, oldWidth] = withDepth(volume.size, 1) as [number, number, number];
  const result = allocateLike(voxels, depth * height * width * channels);
  if (typeof fill === "number") result.fill(fill);
  else for (let at = 0; at < result.length; at++) result[at] = fill[at % channels]!;
  const first = Math.max(0, -startI);
  const count = Math.min(width, oldWidth - startI) - first;
  if (count > 0) {
    for (let k = Math.max(0, -startK); k < Math.min(depth, oldDepth - startK); k++) {
      for (let j = Math.max(0, -startJ); j < Math.min(height, oldHeight - startJ); j++) {
        const from = (((startK + k) * oldHeight + startJ + j) * oldWidth + startI + first) * channels;
        const to = ((k * height + j) * width + first) * channels;
        result.set(voxels.subarray(from, from + count * channels), to);
      }
    }
  }
  return { ...volume, voxels: result, ...subgrid(volume, size, start, size.map(() => 1)) };
}

/**
 * Crops or pads every axis to a size, around the centre. Where the difference is odd, the extra voxel goes to the end.
 * @param fill value of padded voxels, one or one per channel; by default 0
 */
export function cropOrPad<Voxels extends VoxelArray>(volume: Volume<Voxels>, size: readonly number[], fill: number | readonly number[] = 0): Volume<Voxels> {
  const start = size.map((length, axis) => {
    const difference = volume.size[axis]! - length;
    return difference >= 0 ? Math.floor(difference / 2) : -Math.floor(-difference / 2);
  });
  return extractWindow(volume, start, size, fill);
}

/** Pads every axis that is shorter than `size`, around the centre; longer ones stay. */
export function padToSize<Voxels extends VoxelArray>(volume: Volume<Voxels>, size: readonly number[], fill: number | readonly number[] = 0): Volume<Voxels> {
  if (size.every((length, axis) => length <= volume.size[axis]!)) return volume;
  return cropOrPad(volume, size.map((length, axis) => Math.max(length, volume.size[axis]!)), fill);
}
