import { Ssl3dError, type Failure } from "@ssl3d/core";

/** How many bytes, for people. */
export function describeBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

function failure(code: Failure["code"], message: string, fix: string, facts: Failure["facts"] = {}, cause?: unknown): Ssl3dError {
  return new Ssl3dError({ code, message, fix, facts, ...(cause === undefined ? {} : { cause }) });
}

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

/** A file that does not start like NIfTI. */
export function niftiMagicError(file: string, bytes: number): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_MAGIC",
    `"${file}" (${describeBytes(bytes)}) is not a NIfTI file: neither a NIfTI-1 nor a NIfTI-2 header stands at its start.`,
    "Check that the file is complete and really NIfTI (.nii or .nii.gz); convert DICOM with dcm2niix.",
    { file },
  );
}

/** A header of a .hdr/.img pair. */
export function niftiPairError(file: string): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_PAIR",
    `"${file}" is the header of a .hdr/.img pair, whose voxels stand in another file; only single-file NIfTI is read.`,
    "Convert the pair to one .nii.gz, for example with nibabel: nib.save(nib.load('scan.hdr'), 'scan.nii.gz').",
    { file },
  );
}

/** A header field with a value that cannot be. */
export function niftiHeaderError(file: string, field: string, value: string, expected: string): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_HEADER",
    `The header of "${file}" has ${field} = ${value}; expected ${expected}.`,
    "The header is damaged, or the image is of a kind that is not supported: write the file again with the tool that made it, as one 3D or 4D image.",
    { file, field, value },
  );
}

/** A number format without a voxel array. */
export function niftiDatatypeError(file: string, datatype: number, name: string): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_DATATYPE",
    `"${file}" has voxels of type ${name} (datatype code ${datatype}), which is not supported; whole numbers of 8 to 64 bits, float32 and float64 are.`,
    "Convert the image to float32, or a colour image to one channel per colour in the fourth dimension.",
    { file, datatype },
  );
}

/** A file with less data than its header declares. */
export function niftiTruncatedError(file: string, declared: number, present: number, compressed: boolean): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_TRUNCATED",
    `The header of "${file}" declares ${describeBytes(declared)} of data, but the file ${compressed ? "unpacks to" : "holds"} at most ${describeBytes(present)}: it is truncated or its header is damaged.`,
    "Copy or download the file again and compare its size with the original's.",
    { file, declared, present },
  );
}

/** A damaged gzip stream. */
export function gzipError(file: string, cause: unknown): Ssl3dError {
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
  return failure(
    "SSL3D_NIFTI_GZIP",
    `The gzip data of "${file}" cannot be unpacked (${reason}): the file is truncated or damaged.`,
    "Copy or download the file again; `gzip -t FILE` tells whether it is whole.",
    { file },
    cause,
  );
}

/** More data than the caller allows in memory. */
export function volumeTooLargeError(file: string, bytes: number, limit: number): Ssl3dError {
  return failure(
    "SSL3D_VOLUME_TOO_LARGE",
    `The voxels of "${file}" take ${describeBytes(bytes)}; at most ${describeBytes(limit)} are read.`,
    "Crop, downsample or split the image, or raise maximumBytes where the memory is there.",
    { file, bytes, limit },
  );
}

/** A voxel grid that cannot be placed in the world. */
export function niftiAffineError(file: string, source: string, affine: readonly number[]): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_AFFINE",
    `The ${source} of "${file}" does not place its voxels in the world: the affine [${affine.slice(0, 12).join(", ")}] has values that are not finite, or axes that fall together.`,
    "Set the orientation anew in the program that made the file, or copy it from another image of the same scan (fslcpgeom).",
    { file, affine },
  );
}

/** Voxels of no or negative extent. */
export function niftiSpacingError(file: string, pixdim: readonly number[]): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_SPACING",
    `The header of "${file}" gives the voxel size pixdim[1..3] = [${pixdim.join(", ")}]; expected three positive numbers.`,
    "Set the voxel size in the header, for example with nibabel: image.header.set_zooms((dx, dy, dz)).",
    { file, pixdim },
  );
}

/** A volume that NIfTI-1 cannot hold in the type wanted. */
export function niftiWriteError(id: string, reason: string): Ssl3dError {
  return failure(
    "SSL3D_NIFTI_WRITE",
    `The volume "${id}" cannot be written as NIfTI-1: ${reason}.`,
    "Write it as float32, or crop it to at most 32767 voxels a side.",
    { id },
  );
}

/** A damaged or unknown NPY header. */
export function npyHeaderError(file: string, reason: string): Ssl3dError {
  return failure(
    "SSL3D_NPY_HEADER",
    `"${file}" is not an NPY file that can be read: ${reason}.`,
    "Write it with numpy.save(file, array), for plain arrays of numbers.",
    { file },
  );
}

/** An array format without a typed array. */
export function npyTypeError(file: string, descr: string): Ssl3dError {
  return failure(
    "SSL3D_NPY_TYPE",
    `"${file}" holds values of type "${descr}"; booleans, whole numbers of 8 to 64 bits and real numbers of 16 to 64 bits are read.`,
    'Convert the array before saving, for example array.astype("float32"); objects and texts cannot be read.',
    { file, descr },
  );
}

/** An NPY file whose length does not follow from its shape. */
export function npySizeError(file: string, shape: readonly number[], expected: number, present: number): Ssl3dError {
  return failure(
    "SSL3D_NPY_SIZE",
    `"${file}" declares the shape [${shape.join(", ")}], which takes ${describeBytes(expected)}, but holds ${describeBytes(present)}: it is truncated or damaged.`,
    "Copy or write the file again.",
    { file, shape, expected, present },
  );
}

/** A 64-bit value that no exact number can hold. */
export function npyRangeError(file: string, value: bigint): Ssl3dError {
  return failure(
    "SSL3D_NPY_RANGE",
    `"${file}" holds the 64-bit value ${String(value)}, which is beyond the 53 bits that are read exactly.`,
    'Convert the array before saving, for example array.astype("float64").',
    { file },
  );
}

/** A damaged or unusual ZIP container. */
export function npzError(file: string, reason: string, cause?: unknown): Ssl3dError {
  return failure(
    "SSL3D_NPZ",
    `"${file}" is not an NPZ file that can be read: ${reason}.`,
    "Write it again with numpy.savez or numpy.savez_compressed; archives above 4 GiB are not read.",
    { file },
    cause,
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

/** An image file that cannot be decoded. */
export function imageFormatError(file: string, reason: string, cause?: unknown): Ssl3dError {
  return failure(
    "SSL3D_IMAGE_FORMAT",
    `"${file}" cannot be read as a PNG or JPEG image: ${reason}.`,
    "Check that the file opens in a picture viewer, and save it again as 8 or 16-bit PNG.",
    { file },
    cause,
  );
}

/** An image with more pixels than are read. */
export function imageSizeError(file: string, width: number, height: number, limit: number): Ssl3dError {
  return failure(
    "SSL3D_IMAGE_SIZE",
    `"${file}" is ${width} x ${height} pixels; from 1 to ${limit / 1e6} million pixels are read.`,
    "Scale the picture down or cut it into tiles.",
    { file, width, height },
  );
}

/** No file in the layout that was looked for. */
export function datasetEmptyError(label: string, wanted: string, present: number): Ssl3dError {
  return failure(
    "SSL3D_DATASET_EMPTY",
    `No cases were found in ${label}: looked for ${wanted}; it holds ${present === 0 ? "no files" : `${present} files, none of them fits`}.`,
    "Check the path, and that the data set's plugin (nifti-folder, brats, decathlon, npy-folder, image-folder) matches the layout.",
    { label, files: present },
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

/** An NPY array that is no image of the rank wanted. */
export function npyShapeError(file: string, shape: readonly number[], rank: number): Ssl3dError {
  return failure(
    "SSL3D_NPY_SHAPE",
    `"${file}" has the shape [${shape.join(", ")}]; expected ${rank} spatial axes, and one more where there are channels.`,
    'Save it as [depth, height, width, channels], or set the data set\'s option rank to 2 for [height, width, channels].',
    { file, shape },
  );
}
