import type { Volume } from "@ssl3d/core";

/** Adds `shift` to every voxel, then scales by `factor` about the mean of all voxels and channels. */
export function stretchIntensity(volume: Volume<Float32Array>, shift: number, factor: number): Volume<Float32Array> {
  const voxels = new Float32Array(volume.voxels);
  let sum = 0;
  for (let at = 0; at < voxels.length; at++) sum += voxels[at]!;
  const offset = (sum / voxels.length) * (1 - factor) + shift;
  for (let at = 0; at < voxels.length; at++) voxels[at] = voxels[at]! * factor + offset;
  return { ...volume, voxels };
}
