import type { Ssl3dError } from "@ssl3d/core";
import { failure } from "./failure.js";

/** A volume whose number of voxels does not follow from its size. */
export function volumeShapeError(id: string, size: readonly number[], channels: number, length: number): Ssl3dError {
  return failure(
    "SSL3D_VOLUME_SHAPE",
    `The volume "${id}" has ${length} values, which does not fit the size [${size.join(", ")}] with ${channels} channels.`,
    "Give [depth, height, width] or [height, width] in whole voxels, and as many values as voxels times channels.",
    { id, size, channels, length },
  );
}

/** Voxels that are NaN or infinite. */
export function notFiniteError(id: string, count: number, first: readonly number[], value: number): Ssl3dError {
  return failure(
    "SSL3D_VOLUME_NOT_FINITE",
    `The volume "${id}" has ${count} values that are not finite; the first is ${value} at voxel [${first.join(", ")}] (depth, height, width, channel).`,
    'Mend the file, or set the data set\'s option notFinite to "zero" to read such voxels as 0.',
    { id, count, first },
  );
}

/** Axis directions that are not a permutation of right-left, front-back and top-bottom. */
export function axisCodesError(codes: string): Ssl3dError {
  return failure(
    "SSL3D_AXIS_CODES",
    `"${codes}" does not name three axis directions; expected one letter each of R or L, A or P, S or I, in any order.`,
    'Write for example "RAS" (width to the right, height to the front, depth to the top) or "LPS".',
    { codes },
  );
}

/** A spacing or size that a volume cannot be resampled to. */
export function spacingError(id: string, wanted: readonly number[], rank: number): Ssl3dError {
  return failure(
    "SSL3D_SPACING",
    `The volume "${id}" cannot be resampled to [${wanted.join(", ")}]; expected ${rank} positive numbers (mm for a spacing, whole voxels for a size).`,
    rank === 3 ? "Give [depth, height, width]." : "Give [height, width] for a 2D image.",
    { id, wanted },
  );
}

/** Two grids that do not lie along the same axes. */
export function gridMismatchError(id: string, affine: readonly number[], wanted: readonly number[]): Ssl3dError {
  return failure(
    "SSL3D_GRID_MISMATCH",
    `The volume "${id}" cannot be brought onto the grid wanted: its affine [${affine.slice(0, 12).join(", ")}] is rotated against [${wanted.slice(0, 12).join(", ")}].`,
    "Use a grid of the same scan, such as the volume before preprocessing; register scans of different position first.",
    { id },
  );
}

/** A patch that does not fit its volume. */
export function patchSizeError(id: string, size: readonly number[], patch: readonly number[]): Ssl3dError {
  return failure(
    "SSL3D_PATCH_SIZE",
    `A patch of [${patch.join(", ")}] voxels does not fit the volume "${id}" of [${size.join(", ")}].`,
    "Use a smaller patch size, or set the preprocessing size so that every volume is padded to at least the patch.",
    { id, size, patch },
  );
}

/** A grid of patches that leaves no voxel for a patch. */
export function patchGridError(size: readonly number[], perSide: number, jitter: number): Ssl3dError {
  return failure(
    "SSL3D_PATCH_GRID",
    `An image of [${size.join(", ")}] voxels, cut into ${perSide} patches along every axis with a jitter of ${jitter} voxels, leaves nothing of a patch.`,
    "Use larger images (option `size` of the preprocessing), fewer patches, or a smaller jitter.",
    { size, perSide, jitter },
  );
}

/** No file in the layout that was looked for. */
export function datasetEmptyError(label: string, wanted: string, present: number): Ssl3dError {
  return failure(
    "SSL3D_DATASET_EMPTY",
    `No cases were found in ${label}: looked for ${wanted}; it holds ${present === 0 ? "no files" : `${present} files, none of them fits`}.`,
    "Check the path, and that the data set's plugin (nifti-folder, brats, decathlon, npy-folder, image-folder, image-table) matches the layout.",
    { label, files: present },
  );
}

/** A folder of labels where images are looked for. */
export function labelsAmongImagesError(label: string, folder: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_LABELS_AMONG_IMAGES",
    `Files of the folder "${folder}" in ${label} would be read as images, though its name says that it holds labels.`,
    `Name it as the labels' folder (the data set's option labels: "${folder}", or --label-folder ${folder}), name the images' folder (option images), or move it elsewhere.`,
    { label, folder },
  );
}

/** Two files for one case. */
export function datasetDuplicateError(id: string, first: string, second: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_DUPLICATE",
    `The case "${id}" has two files: "${first}" and "${second}".`,
    "Remove or rename one of them.",
    { id, files: [first, second] },
  );
}

/** A case without a file that it needs. */
export function datasetIncompleteError(id: string, missing: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_INCOMPLETE",
    `The case "${id}" lacks ${missing}.`,
    "Complete the case, move it out of the folder, or ask only for the files that all cases have.",
    { id, missing },
  );
}

/** An id that is not in the data set. */
export function datasetCaseError(id: string, label: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_CASE",
    `There is no case "${id}" in ${label}.`,
    "`ssl3d data inspect` lists the cases.",
    { id },
  );
}

/** A case whose truth was asked for and that has none. */
export function datasetNoTruthError(id: string, label: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_NO_TRUTH",
    `The case "${id}" in ${label} has no label file.`,
    "Train and score on labelled cases, or name the labels in the data set's options (labels, labelSuffix).",
    { id },
  );
}

/** Files of one case that do not lie over each other. */
export function datasetGridError(id: string, file: string, found: string, expected: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_GRID",
    `"${file}" does not lie over the image of the case "${id}": it has ${found}; expected ${expected}.`,
    "Resample it onto the image's grid with nearest neighbour interpolation, or export both again from the same scan.",
    { id, file },
  );
}

/** A label volume with values that are no labels. */
export function datasetLabelsError(file: string, value: number): Ssl3dError {
  return failure(
    "SSL3D_DATASET_LABELS",
    `"${file}" holds the value ${value}; a label file holds whole numbers in one channel.`,
    "Check that this is the label file and not an image or a probability map; threshold or round it.",
    { file, value },
  );
}

/** A description file that cannot be used. */
export function datasetDescriptionError(file: string, reason: string): Ssl3dError {
  return failure(
    "SSL3D_DATASET_DESCRIPTION",
    `"${file}" cannot be used: ${reason}.`,
    'Write it as in the Medical Segmentation Decathlon: {"training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}], "test": ["./imagesTs/b.nii.gz"]}.',
    { file },
  );
}

/** A table of images that cannot be used as a whole. */
export function tableFormatError(file: string, reason: string): Ssl3dError {
  return failure(
    "SSL3D_TABLE_FORMAT",
    `The table "${file}" cannot be used: ${reason}.`,
    "Give a CSV file with a header line, a column of image names and one of classes; see the options of the data set image-table.",
    { file },
  );
}

/** Rows of a table of images that cannot be used. */
export function tableRowsError(file: string, faults: readonly string[]): Ssl3dError {
  const shown = faults.slice(0, 5);
  const more = faults.length > shown.length ? `; and ${faults.length - shown.length} more` : "";
  return failure(
    "SSL3D_TABLE_ROWS",
    `${faults.length} ${faults.length === 1 ? "row" : "rows"} of "${file}" cannot be used: ${shown.join("; ")}${more}.`,
    'Correct or remove the rows. For classes written as words set the option classes; where only some images are here, set missingImages to "skip".',
    { file, faults },
  );
}
