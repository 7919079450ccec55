import type { Random, Volume } from "@ssl3d/core";
import { patchSizeError } from "../errors.js";

/** The first voxel of a random patch of a volume, every position equally likely, the last one included. Throws SSL3D_PATCH_SIZE. */
export function randomPatchStart(volume: Pick<Volume, "id" | "size">, size: readonly number[], random: Random): number[] {
  checkPatch(volume, size);
  return size.map((length, axis) => random.integer(0, volume.size[axis]! - length + 1));
}

/**
 * The first voxel of a patch around a random labelled voxel (value above 0), as near to its centre as the border allows.
 * Without any such voxel, a patch anywhere. Throws SSL3D_PATCH_SIZE.
 */
export function randomForegroundPatchStart(labels: Volume, size: readonly number[], random: Random): number[] {
  checkPatch(labels, size);
  const { voxels } = labels;
  let count = 0;
  for (let at = 0; at < voxels.length; at++) if (voxels[at]! > 0) count++;
  if (count === 0) return randomPatchStart(labels, size, random);
  let left = random.integer(0, count);
  let position = 0;
  while (voxels[position]! <= 0 || left-- > 0) position++;
  position = Math.floor(position / labels.channels);
  const centre = [...labels.size].reverse().map((length) => {
    const index = position % length;
    position = Math.floor(position / length);
    return index;
  });
  return centre.reverse().map((index, axis) => {
    const length = size[axis]!;
    return Math.min(labels.size[axis]! - length, Math.max(0, index - Math.floor(length / 2)));
  });
}

function checkPatch(volume: Pick<Volume, "id" | "size">, size: readonly number[]): void {
  const fits = size.every((length, axis) => Number.isInteger(length) && length > 0 && length <= volume.size[axis]!);
  if (size.length !== volume.size.length || !fits) throw patchSizeError(volume.id, volume.size, size);
}
