import type { Volume, VoxelArray } from "@ssl3d/core";
import { permuteAxes } from "../transform/permute-axes.js";

/** Mirrors a volume along spatial axes (0 depth, ... for a volume; 0 height, 1 width for an image). The affine follows. */
export function flip<Voxels extends VoxelArray>(volume: Volume<Voxels>, axes: readonly number[]): Volume<Voxels> {
  const all = volume.size.map((_, axis) => axis);
  return permuteAxes(volume, all, all.map((axis) => axes.includes(axis)));
}

/**
 * Turns a volume by quarter turns in the plane of two spatial axes, from the first towards the second, as numpy.rot90 does.
 * The affine follows.
 */
export function rotateRight<Voxels extends VoxelArray>(
  volume: Volume<Voxels>,
  plane: readonly [number, number],
  quarterTurns: number,
): Volume<Voxels> {
  const turns = ((quarterTurns % 4) + 4) % 4;
  const order = volume.size.map((_, axis) => axis);
  const reversed = order.map(() => false);
  const [from, to] = plane;
  if (turns % 2 === 1) {
    order[from] = to;
    order[to] = from;
  }
  // one turn is a swap of the axes with the new first axis reversed, three one with the second, two reverses both
  if (turns === 1 || turns === 2) reversed[from] = true;
  if (turns === 3 || turns === 2) reversed[to] = true;
  return permuteAxes(volume, order, reversed);
}
