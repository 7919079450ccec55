import { readNifti, readNiftiHeader } from "../nifti/read-nifti.js";
import type { FileFormat } from "./folder-dataset.js";

/** NIfTI volumes, packed or not. */
export const niftiFormat: FileFormat = {
  pattern: "*.nii or *.nii.gz",
  ending: /\.nii(\.gz)?$/i,
  decode: readNifti,
  readGrid: readNiftiHeader,
};
