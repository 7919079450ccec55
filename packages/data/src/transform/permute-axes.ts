import type { Volume, VoxelArray } from "@ssl3d/core";
import { multiplyAffines } from "../volume/affine.js";
import { allocateLike } from "../volume/voxel-type.js";

/**
 * Reorders and reverses the spatial axes of a volume. Exact: every voxel keeps its value and its place in the world.
 * @param order old axis of each new axis, e.g. [0, 2, 1] swaps height and width
 * @param reversed whether each new axis runs against the old one
 */
export function permuteAxes<Voxels extends VoxelArray>(
  volume: Volume<Voxels>,
  order: readonly number[],
  reversed: readonly boolean[],
): Volume<Voxels> {
  const { voxels, channels } = volume;
  const size = order.map((axis) => volume.size[axis]!);
  const strides = volume.size.map((_, axis) => volume.size.slice(axis + 1).reduce((a, b) => a * b, channels));
  const steps = order.map((axis, at) => (reversed[at] ? -strides[axis]! : strides[axis]!));
  const origin = order.reduce((sum, axis, at) => sum + (reversed[at] ? (size[at]! - 1) * strides[axis]! : 0), 0);
  const result = allocateLike(voxels, voxels.length);
  // a 2D image is walked as a volume of depth 1
  const [depth, height, width] = (size.length === 2 ? [1, ...size] : size) as [number, number, number];
  const [stepK, stepJ, stepI] = (size.length === 2 ? [0, ...steps] : steps) as [number, number, number];
  for (let k = 0, to = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      let from = origin + k * stepK + j * stepJ;
      for (let i = 0; i < width; i++, from += stepI) {
        for (let channel = 0; channel < channels; channel++) result[to++] = voxels[from + channel]!;
      }
    }
  }
  const spacing = order.map((axis) => volume.spacing[axis]!);
  return { ...volume, voxels: result, size, spacing, affine: multiplyAffines(volume.affine, indexMap(volume.size, order, reversed)) };
}

/** New voxel index to old voxel index, both (i, j, k, 1). */
function indexMap(size: readonly number[], order: readonly number[], reversed: readonly boolean[]): number[] {
  const map = new Array<number>(16).fill(0);
  map[15] = 1;
  if (size.length === 2) map[10] = 1;
  // axis a of the size belongs to index component rank - 1 - a
  const last = size.length - 1;
  order.forEach((axis, at) => {
    map[(last - axis) * 4 + (last - at)] = reversed[at] ? -1 : 1;
    if (reversed[at]) map[(last - axis) * 4 + 3] = size[axis]! - 1;
  });
  return map;
}
