import type { Volume } from "@ssl3d/core";
import { notFiniteError } from "../errors.js";

/** What to do with voxels that are NaN or infinite: refuse the volume, or read them as 0. */
export type NotFinitePolicy = "error" | "zero";

/** Makes sure that every voxel is a finite number. With "error" it throws SSL3D_VOLUME_NOT_FINITE with the first one and their count. */
export function requireFinite(volume: Volume, policy: NotFinitePolicy = "error"): Volume {
  const { voxels } = volume;
  if (!(voxels instanceof Float32Array || voxels instanceof Float64Array)) return volume;
  let count = 0;
  let first = -1;
  for (let at = 0; at < voxels.length; at++) {
    if (Number.isFinite(voxels[at])) continue;
    if (count++ === 0) first = at;
  }
  if (count === 0) return volume;
  if (policy === "error") {
    throw notFiniteError(volume.id, count, indexOf(first, [...volume.size, volume.channels]), voxels[first]!);
  }
  return { ...volume, voxels: voxels.map((value) => (Number.isFinite(value) ? value : 0)) };
}

function indexOf(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const length of [...shape].reverse()) {
    index.unshift(position % length);
    position = Math.floor(position / length);
  }
  return index;
}
