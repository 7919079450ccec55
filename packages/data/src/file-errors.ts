import type { Ssl3dError } from "@ssl3d/core";
import { failure } from "./failure.js";

/** How many bytes, for people. */
export function describeBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
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

/** An NPY array that is no image of the rank wanted. */
export function npyShapeError(file: string, shape: readonly number[], rank: number): Ssl3dError {
  return failure(
    "SSL3D_NPY_SHAPE",
    `"${file}" has the shape [${shape.join(", ")}]; expected ${rank} spatial axes, and one more where there are channels.`,
    'Save it as [depth, height, width, channels], or set the data set\'s option rank to 2 for [height, width, channels].',
    { file, shape },
  );
}
