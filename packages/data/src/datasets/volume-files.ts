import type { FileSource, Volume } from "@ssl3d/core";
import { datasetGridError, datasetLabelsError } from "../errors.js";
import { requireFinite, type NotFinitePolicy } from "../volume/finite.js";
import { sameGrid, withDepth, type Grid } from "../volume/grid.js";

/** Turns a file's bytes into a volume. */
export type DecodeVolume = (bytes: Uint8Array, names: { readonly id: string; readonly file: string }) => Promise<Volume>;

/** Reads an image. Throws SSL3D_VOLUME_NOT_FINITE for NaN or infinite voxels unless they are to be read as 0. */
export async function loadImageFile(
  files: FileSource,
  path: string,
  id: string,
  decode: DecodeVolume,
  notFinite: NotFinitePolicy,
): Promise<Volume> {
  return requireFinite(await decode(await files.read(path), { id, file: path }), notFinite);
}

/**
 * Reads a label file: one channel of whole numbers on the image's grid; returned as uint8 or int32.
 * @throws SSL3D_DATASET_GRID where size or affine do not match the image's, SSL3D_DATASET_LABELS
 */
export async function loadLabelFile(
  files: FileSource,
  path: string,
  id: string,
  decode: DecodeVolume,
  image: Grid,
): Promise<Volume<Uint8Array | Int32Array>> {
  const labels = await decode(await files.read(path), { id, file: path });
  requireSameGrid(id, path, labels, image);
  if (labels.channels !== 1) {
    throw datasetGridError(id, path, `${labels.channels} channels`, "one channel of labels");
  }
  return { ...labels, voxels: toLabels(labels, path) };
}

/** Throws SSL3D_DATASET_GRID unless both have the same size and, to a tenth of a voxel, the same place. */
export function requireSameGrid(id: string, file: string, found: Grid, expected: Grid): void {
  if (found.size.join() !== expected.size.join()) {
    throw datasetGridError(id, file, `the size [${found.size.join(", ")}]`, `[${expected.size.join(", ")}]`);
  }
  if (!sameGrid(found, expected, 0.1 * Math.min(...withDepth(expected.spacing, 1)))) {
    const show = (grid: Grid): string => `[${grid.affine.slice(0, 12).map((value) => +value.toFixed(4)).join(", ")}]`;
    throw datasetGridError(id, file, `the affine ${show(found)}`, show(expected));
  }
}

/** A volume's values as labels: uint8 where they fit, else int32. Throws SSL3D_DATASET_LABELS for a value that is no whole number. */
export function toLabels({ voxels }: Pick<Volume, "voxels">, file: string): Uint8Array | Int32Array {
  if (voxels instanceof Uint8Array) return voxels;
  const result = new Int32Array(voxels.length);
  let small = true;
  for (let at = 0; at < voxels.length; at++) {
    const value = voxels[at]!;
    const whole = Math.round(value);
    // scaled label files miss whole numbers by rounding
    if (!(Math.abs(value - whole) < 1e-3 && Math.abs(whole) < 2 ** 31)) throw datasetLabelsError(file, value);
    small &&= whole >= 0 && whole <= 255;
    result[at] = whole;
  }
  return small ? Uint8Array.from(result) : result;
}
