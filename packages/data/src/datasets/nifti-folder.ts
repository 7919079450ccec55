import { defineDataset, type DatasetPlugin } from "@ssl3d/core";
import { z } from "zod";
import { folderFields, openFolder, type FolderOptions } from "./folder-dataset.js";
import { niftiFormat } from "./nifti-format.js";

/** A folder of NIfTI volumes, each a case; labels in a folder of their own or beside their image. */
export const niftiFolder: DatasetPlugin<"nifti-folder", FolderOptions> = defineDataset({
  name: "nifti-folder",
  summary: "Every .nii or .nii.gz of a folder is a case; optional labels in another folder or by suffix",
  ranks: [3],
  options: z.strictObject(folderFields),
  open: (files, options) => openFolder(files, options, niftiFormat),
});
