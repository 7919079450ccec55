import type { Affine } from "@ssl3d/core";
import { NIFTI1, NIFTI2 } from "nifti-reader-js";
import {
  niftiDatatypeError,
  niftiHeaderError,
  niftiMagicError,
  niftiPairError,
  niftiSpacingError,
} from "../file-errors.js";
import { spacingOf } from "../volume/affine.js";
import { VOXEL_TYPES, type VoxelType } from "../volume/voxel-type.js";
import { worldAffine } from "./world-affine.js";

/** Bytes of a NIfTI-1 header. */
export const NIFTI1_HEADER_BYTES = 348;
/** Bytes of a NIfTI-2 header. */
export const NIFTI2_HEADER_BYTES = 540;

/** What a NIfTI header says, checked. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** [depth, height, width] in voxels. */
  readonly size: readonly [number, number, number];
  /** Length of the fourth dimension, 1 for a 3D image. */
  readonly channels: number;
  /** In mm, [depth, height, width]; from the affine. */
  readonly spacing: readonly [number, number, number];
  readonly affine: Affine;
  /** Where the affine comes from, by NIfTI's order of preference. */
  readonly affineSource: "sform" | "qform" | "pixdim";
  /** Number format in the file. 64-bit whole numbers have no voxel array and are narrowed on reading. */
  readonly storedType: VoxelType | "int64" | "uint64";
  /** Position of the first voxel in the unpacked file, in bytes. */
  readonly dataOffset: number;
  /** Size of all voxels in the file, in bytes. */
  readonly dataBytes: number;
  /** value = slope x stored + intercept; undefined where the file asks for no scaling. */
  readonly scaling?: { readonly slope: number; readonly intercept: number };
}

const STORED_TYPES: Readonly<Record<number, NiftiHeader["storedType"]>> = {
  2: "uint8",
  4: "int16",
  8: "int32",
  16: "float32",
  64: "float64",
  256: "int8",
  512: "uint16",
  768: "uint32",
  1024: "int64",
  1280: "uint64",
};

const OTHER_TYPES: Readonly<Record<number, string>> = {
  1: "1-bit", 32: "complex64", 128: "RGB24", 1536: "float128", 1792: "complex128", 2048: "complex256", 2304: "RGBA32",
};

/** Bytes of one stored value. */
export function storedBytes(type: NiftiHeader["storedType"]): number {
  return type === "int64" || type === "uint64" ? 8 : VOXEL_TYPES[type].bytes;
}

/**
 * How many of a file's first unpacked bytes hold its header. `start` needs at least 4 bytes.
 * Throws SSL3D_NIFTI_MAGIC where no NIfTI header begins there.
 */
export function headerBytes(start: Uint8Array, file: string, fileBytes: number): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  for (const littleEndian of [true, false]) {
    const declared = view.byteLength < 4 ? 0 : view.getInt32(0, littleEndian);
    if (declared === NIFTI1_HEADER_BYTES || declared === NIFTI2_HEADER_BYTES) return declared;
  }
  throw niftiMagicError(file, fileBytes);
}

/**
 * Reads and checks a header. Allocates nothing that depends on what the header says.
 * @param header exactly {@link headerBytes} bytes
 * @throws SSL3D_NIFTI_MAGIC, _PAIR, _HEADER, _DATATYPE, _SPACING and _AFFINE
 */
export function parseHeader(header: Uint8Array, file: string): NiftiHeader {
  // the header alone goes to the parser, so that it never follows the file's extensions
  const buffer = header.slice().buffer;
  const version = header.length === NIFTI1_HEADER_BYTES ? 1 : 2;
  const magic = String.fromCharCode(...header.subarray(version === 1 ? 344 : 4, version === 1 ? 347 : 7));
  if (magic === `ni${version}`) throw niftiPairError(file);
  if (magic !== `n+${version}`) throw niftiMagicError(file, header.length);
  const fields = version === 1 ? new NIFTI1() : new NIFTI2();
  fields.readHeader(buffer);

  const { size, channels } = readDimensions(fields.dims, file);
  const storedType = STORED_TYPES[fields.datatypeCode];
  if (storedType === undefined) {
    throw niftiDatatypeError(file, fields.datatypeCode, OTHER_TYPES[fields.datatypeCode] ?? "unknown");
  }
  const dataBytes = size[0] * size[1] * size[2] * channels * storedBytes(storedType);
  if (!Number.isSafeInteger(dataBytes)) {
    throw niftiHeaderError(file, "dim", `[${fields.dims.join(", ")}]`, "an image that fits in memory");
  }
  const dataOffset = fields.vox_offset;
  if (!Number.isSafeInteger(dataOffset) || dataOffset < header.length) {
    throw niftiHeaderError(file, "vox_offset", String(dataOffset), `a whole number of at least ${header.length}`);
  }
  // a flat image may leave the size of its missing dimension at zero
  const pixdim = [1, 2, 3].map((axis) => (fields.dims[0]! < axis && fields.pixDims[axis] === 0 ? 1 : fields.pixDims[axis]!));
  if (!pixdim.every((length) => Number.isFinite(length) && length > 0)) throw niftiSpacingError(file, pixdim);
  const { affine, source } = worldAffine(fields, new DataView(buffer), pixdim, file);
  const scaling = readScaling(fields.scl_slope, fields.scl_inter, file);
  return {
    version,
    littleEndian: fields.littleEndian,
    size,
    channels,
    spacing: spacingOf(affine),
    affine,
    affineSource: source,
    storedType,
    dataOffset,
    dataBytes,
    ...(scaling === undefined ? {} : { scaling }),
  };
}

function readDimensions(dims: readonly number[], file: string): Pick<NiftiHeader, "size" | "channels"> {
  const rank = dims[0]!;
  if (!Number.isInteger(rank) || rank < 2 || rank > 7) {
    throw niftiHeaderError(file, "dim[0]", String(rank), "2, 3 or 4 dimensions");
  }
  const lengths = Array.from({ length: 7 }, (_, at) => (at < rank ? dims[at + 1]! : 1));
  if (!lengths.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw niftiHeaderError(file, "dim", `[${dims.join(", ")}]`, "positive lengths");
  }
  if (lengths.slice(4).some((length) => length > 1)) {
    throw niftiHeaderError(file, "dim", `[${dims.join(", ")}]`, "at most 4 dimensions longer than 1 (width, height, depth, channels)");
  }
  const [width, height, depth, channels] = lengths as [number, number, number, number];
  return { size: [depth, height, width], channels };
}

function readScaling(slope: number, intercept: number, file: string): NiftiHeader["scaling"] {
  // a slope of 0 or NaN means "not scaled"
  if (slope === 0 || Number.isNaN(slope)) return undefined;
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) {
    throw niftiHeaderError(file, "scl_slope, scl_inter", `${slope}, ${intercept}`, "finite numbers");
  }
  return slope === 1 && intercept === 0 ? undefined : { slope, intercept };
}
