import type { Volume, VoxelArray } from "@ssl3d/core";
import { openBytes, type ByteReader } from "../bytes/byte-reader.js";
import { narrowWide } from "../bytes/narrow-wide.js";
import { gzipError, niftiHeaderError, niftiTruncatedError, volumeTooLargeError } from "../file-errors.js";
import { createVolume } from "../volume/volume.js";
import { allocateLike, swapBytes, VOXEL_TYPES } from "../volume/voxel-type.js";
import { headerBytes, parseHeader, storedBytes, type NiftiHeader } from "./header.js";

/** How {@link readNifti} reads. */
export interface ReadNiftiOptions {
  /** The volume's id. Default: `file` without its ending. */
  readonly id?: string;
  /** Name of the file, for messages. Default "volume.nii". */
  readonly file?: string;
  /** Images whose voxels take more bytes in the file are refused. Default 4 GiB. */
  readonly maximumBytes?: number;
}

const MAXIMUM_BYTES = 2 ** 32;

/**
 * Reads a NIfTI-1 or NIfTI-2 file (.nii, .nii.gz) of any numeric type and byte order. The fourth dimension becomes the
 * channels, the last axis of the voxels. Scaled images become float32 (float64 where the file holds more than 16 bits).
 * The header is checked against the file's size before anything is allocated for voxels.
 * @throws SSL3D_NIFTI_* for files that are not NIfTI, damaged or of a kind that is not supported; SSL3D_VOLUME_TOO_LARGE
 */
export async function readNifti(bytes: Uint8Array, options: ReadNiftiOptions = {}): Promise<Volume> {
  const { file = "volume.nii", maximumBytes = MAXIMUM_BYTES } = options;
  const reader = open(bytes, file);
  const header = await readHeader(reader, bytes.length, file);
  if (header.dataBytes > maximumBytes) throw volumeTooLargeError(file, header.dataBytes, maximumBytes);
  await skip(reader, header.dataOffset - (header.version === 1 ? 348 : 540));
  const data = await reader.take(header.dataBytes);
  await reader.finish();
  if (!header.littleEndian) swapBytes(data, storedBytes(header.storedType));
  const stored = toVoxels(data.buffer, header, file);
  return createVolume({
    id: options.id ?? withoutEnding(file),
    voxels: scale(channelsLast(stored, header), header),
    size: header.size,
    channels: header.channels,
    affine: header.affine,
  });
}

/** Reads the header alone, checked against the file's size. Throws as {@link readNifti}. */
export async function readNiftiHeader(bytes: Uint8Array, file: string = "volume.nii"): Promise<NiftiHeader> {
  return readHeader(open(bytes, file), bytes.length, file);
}

function open(bytes: Uint8Array, file: string): ByteReader {
  return openBytes(bytes, {
    truncated: (declared, present, compressed) => niftiTruncatedError(file, declared, present, compressed),
    damaged: (cause) => gzipError(file, cause),
  });
}

async function readHeader(reader: ByteReader, fileBytes: number, file: string): Promise<NiftiHeader> {
  const start = await reader.take(Math.min(4, reader.mostBytes));
  const length = headerBytes(start, file, fileBytes);
  const whole = new Uint8Array(length);
  whole.set(start);
  whole.set(await reader.take(length - start.length), start.length);
  const header = parseHeader(whole, file);
  const declared = header.dataOffset + header.dataBytes;
  if (declared > reader.mostBytes) throw niftiTruncatedError(file, declared, reader.mostBytes, reader.mostBytes !== fileBytes);
  return header;
}

/** Passes over header extensions in small pieces. */
async function skip(reader: ByteReader, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 2 ** 16) await reader.take(Math.min(left, 2 ** 16));
}

function toVoxels(buffer: ArrayBuffer, header: NiftiHeader, file: string): VoxelArray {
  if (header.storedType !== "int64" && header.storedType !== "uint64") return VOXEL_TYPES[header.storedType].make(buffer);
  const wide = header.storedType === "int64" ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  return narrowWide(wide, (value) => niftiHeaderError(file, "a 64-bit voxel", String(value), "whole numbers of at most 53 bits"));
}

/** NIfTI stores one whole image per channel; volumes keep a voxel's channels together. */
function channelsLast(stored: VoxelArray, { channels }: NiftiHeader): VoxelArray {
  if (channels === 1) return stored;
  const count = stored.length / channels;
  const result = allocateLike(stored, stored.length);
  for (let channel = 0, from = 0; channel < channels; channel++) {
    for (let at = 0, to = channel; at < count; at++, to += channels) result[to] = stored[from++]!;
  }
  return result;
}

function scale(stored: VoxelArray, header: NiftiHeader): VoxelArray {
  if (header.scaling === undefined) return stored;
  const { slope, intercept } = header.scaling;
  const wide = stored.BYTES_PER_ELEMENT > 2 && !(stored instanceof Float32Array);
  const result = wide ? new Float64Array(stored.length) : new Float32Array(stored.length);
  for (let at = 0; at < stored.length; at++) result[at] = stored[at]! * slope + intercept;
  return result;
}

function withoutEnding(file: string): string {
  return file.replace(/^.*\//, "").replace(/\.nii(\.gz)?$/i, "");
}
