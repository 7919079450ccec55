import type { Volume } from "@ssl3d/core";
import { readImage, readNifti, readNpy, requireFinite, sameGrid, stackChannels } from "@ssl3d/data";
import { basename } from "node:path";
import { arrayNotFinite, inputGridsDiffer, inputUnreadable } from "./input-errors.js";
import type { FloatArray } from "./pieces.js";
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

/** A batch of images as it lies in an NPY file: [batch, ...spatial, channels]. Throws as {@link readArray}. */
export async function readBatch(path: string): Promise<FloatArray> {
  const array = await readArray(path);
  if (array.shape.length !== 4 && array.shape.length !== 5)
    throw inputUnreadable(path, `[batch, depth, height, width, channels] or [batch, height, width, channels], not [${array.shape.join(", ")}]`);
  return array;
}

/**
 * An array as it lies in an NPY file, as float32, the batch its first axis.
 * @throws SSL3D_READ_FAILED, SSL3D_NPY_*, SSL3D_INPUT_KIND, SSL3D_INPUT_NOT_FINITE
 */
export async function readArray(path: string): Promise<FloatArray> {
  if (!/\.npy$/i.test(path)) throw inputUnreadable(path, "an array in a .npy file");
  const { data, shape } = readNpy(await readBytes(path), path);
  if (shape.length < 2 || data.length === 0) throw inputUnreadable(path, `[batch, ...] with at least one example, not [${shape.join(", ")}]`);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first >= 0) throw arrayNotFinite(path, placeOf(first, shape), values[first]!);
  return { data: values, shape };
}

function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  for (const length of shape.toReversed()) {
    place.unshift(index % length);
    index = Math.floor(index / length);
  }
  return place;
}
