import { defineDataset, type DatasetPlugin, type Volume } from "@ssl3d/core";
import { z } from "zod";
import { npyShapeError } from "../file-errors.js";
import { readNpy } from "../npy/read-npy.js";
import { createVolume } from "../volume/volume.js";
import { folderFields, openFolder, type FolderOptions } from "./folder-dataset.js";

/** Options of {@link npyFolder}. */
export interface NpyFolderOptions extends FolderOptions {
  readonly rank: 2 | 3;
  readonly spacing: readonly number[] | null;
}

/** A folder of NPY arrays, [...size] or [...size, channels]. They have no orientation: axes are taken as they stand. */
export const npyFolder: DatasetPlugin<"npy-folder", NpyFolderOptions> = defineDataset({
  name: "npy-folder",
  summary: "Every .npy array of a folder is a case: [depth, height, width] or [depth, height, width, channels]",
  ranks: [2, 3],
  options: z.strictObject({
    ...folderFields,
    rank: z.union([z.literal(2), z.literal(3)]).default(3).describe("Number of spatial axes; one more axis holds the channels"),
    spacing: z
      .array(z.number().positive())
      .min(2)
      .max(3)
      .nullable()
      .default(null)
      .describe("Voxel spacing in mm, [depth, height, width] or [height, width]; null is 1 mm"),
  }),
  open(files, options) {
    const decode = (bytes: Uint8Array, names: { id?: string; file: string }): Promise<Volume> =>
      // a coded error of the reader must reject, not throw
      new Promise((resolve) => resolve(toVolume(bytes, names, options)));
    return openFolder(files, options, {
      pattern: "*.npy",
      ending: /\.npy$/i,
      decode,
      readGrid: (bytes, file) => decode(bytes, { file }),
    });
  },
});

function toVolume(bytes: Uint8Array, names: { id?: string; file: string }, { rank, spacing }: NpyFolderOptions): Volume {
  const { data, shape } = readNpy(bytes, names.file);
  if ((shape.length !== rank && shape.length !== rank + 1) || data.length === 0 || (spacing !== null && spacing.length !== rank)) throw npyShapeError(names.file, shape, rank);
  return createVolume({
    ...(names.id === undefined ? {} : { id: names.id }),
    voxels: data,
    size: shape.slice(0, rank),
    channels: shape[rank] ?? 1,
    ...(spacing === null ? {} : { spacing }),
  });
}
