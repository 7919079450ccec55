import type { Volume } from "@ssl3d/core";
import { createVolume, readImage, readNifti, readNpy, requireFinite, sameGrid, stackChannels } from "@ssl3d/data";
import { basename } from "node:path";
import { inputGridsDiffer, inputUnreadable } from "./errors.js";
import { readBytes } from "../files/folder-files.js";

/**
 * Reads the files of one case: a NIfTI volume or picture with all its channels, or several of one channel each, in order. Voxels
 * must be finite.
 * @throws SSL3D_READ_FAILED, SSL3D_NIFTI_*, SSL3D_VOLUME_NOT_FINITE, SSL3D_INPUT_GRIDS, SSL3D_INPUT_KIND
 */
export async function readInput(paths: readonly string[]): Promise<Volume> {
  const volumes: Volume[] = [];
  for (const path of paths) {
    const volume = await readVolumeFile(path);
    const first = volumes[0];
    if (first !== undefined && !sameGrid(first, volume, 0.1 * Math.min(...first.spacing)))
      throw inputGridsDiffer(paths[0] ?? "", path);
    volumes.push(volume);
  }
  const [only] = volumes;
  return volumes.length === 1 && only !== undefined ? only : stackChannels(volumes);
}

async function readVolumeFile(path: string): Promise<Volume> {
  if (/\.(png|jpe?g)$/i.test(path)) return await readImage(await readBytes(path), { file: path, id: basename(path).replace(/\.[a-z]+$/i, "") });
  if (!/\.nii(\.gz)?$/i.test(path)) throw inputUnreadable(path, "a NIfTI volume (.nii or .nii.gz) or a picture (.png or .jpg)");
  return requireFinite(await readNifti(await readBytes(path), { file: path, id: basename(path).replace(/\.nii(\.gz)?$/i, "") }));
}

/** A batch as it lies in an NPY file: [batch, ...spatial, channels]. */
export async function readBatch(path: string): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }> {
  const { data, shape } = readNpy(await readBytes(path), path);
  if (shape.length !== 4 && shape.length !== 5)
    throw inputUnreadable(path, `[batch, depth, height, width, channels] or [batch, height, width, channels], not [${shape.join(", ")}]`);
  const voxels = data instanceof Float32Array ? data : Float32Array.from(data);
  requireFinite(createVolume({ id: path, voxels, size: [shape.slice(0, -2).reduce((a, b) => a * b, 1), shape.at(-2)!], channels: shape.at(-1)! }));
  return { data: voxels, shape };
}
