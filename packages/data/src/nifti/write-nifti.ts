import type { Affine, Volume } from "@ssl3d/core";
import { niftiWriteError } from "../file-errors.js";
import { determinant, spacingOf } from "../volume/affine.js";
import { allocateVoxels, VOXEL_TYPES, voxelTypeOf, type VoxelType } from "../volume/voxel-type.js";
import { quaternionFromRotation } from "./quaternion.js";

/** How {@link writeNifti} writes. */
export interface WriteNiftiOptions {
  /** Number format in the file; real numbers are rounded for a whole-number format. Default: the volume's own. */
  readonly type?: VoxelType;
  /** Real numbers are stored as multiples of this, rounded: a whole-number format with a slope keeps files small. Default 1. */
  readonly slope?: number;
  /** Pack with gzip (.nii.gz). Default true. */
  readonly compress?: boolean;
  /** Up to 79 characters of ASCII for the header. Default "ssl3d". */
  readonly description?: string;
}

const HEADER_BYTES = 352;
const DATATYPES: Readonly<Record<VoxelType, number>> = {
  uint8: 2, int16: 4, int32: 8, float32: 16, float64: 64, int8: 256, uint16: 512, uint32: 768,
};

/**
 * Writes a volume as NIfTI-1: little-endian, unscaled but for `slope`, channels as the fourth dimension, the affine as sform, and as qform
 * too where its axes stand at right angles. The same volume gives the same bytes.
 * @throws SSL3D_NIFTI_WRITE for values outside the number format or sides longer than 32767 voxels
 */
export async function writeNifti(volume: Volume, options: WriteNiftiOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { type = voxelTypeOf(volume.voxels), slope = 1, compress = true, description = "ssl3d" } = options;
  const bytes = new Uint8Array(HEADER_BYTES + volume.voxels.length * VOXEL_TYPES[type].bytes);
  writeHeader(new DataView(bytes.buffer), volume, type, slope, description);
  const data = imagePerChannel(volume, type, slope);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), HEADER_BYTES);
  return compress ? gzip(bytes) : bytes;
}

function writeHeader(view: DataView, volume: Volume, type: VoxelType, slope: number, description: string): void {
  const lengths = [...volume.size].reverse();
  if (volume.channels > 1) lengths.push(...(lengths.length === 2 ? [1, volume.channels] : [volume.channels]));
  const tooLong = lengths.find((length) => length > 32767);
  if (tooLong !== undefined) throw niftiWriteError(volume.id, `one side has ${tooLong} voxels`);
  view.setInt32(0, 348, true);
  view.setInt16(40, lengths.length, true);
  for (let at = 0; at < 7; at++) view.setInt16(42 + at * 2, lengths[at] ?? 1, true);
  view.setInt16(70, DATATYPES[type], true);
  view.setInt16(72, VOXEL_TYPES[type].bytes * 8, true);
  const spacing = volume.size.length === 3 ? spacingOf(volume.affine) : [1, ...volume.spacing];
  const affine: Affine = volume.size.length === 3 ? volume.affine : planeAffine(volume.spacing);
  const flip = determinant(affine) < 0 ? -1 : 1;
  [flip, spacing[2]!, spacing[1]!, spacing[0]!, 1, 1, 1, 1].forEach((length, at) => view.setFloat32(76 + at * 4, length, true));
  view.setFloat32(108, HEADER_BYTES, true);
  view.setFloat32(112, slope, true);
  view.setUint8(123, 2); // mm
  for (let at = 0; at < Math.min(79, description.length); at++) view.setUint8(148 + at, description.charCodeAt(at) & 127);
  const quaternion = quaternionOf(affine, spacing, flip);
  if (quaternion !== undefined) {
    view.setInt16(252, 1, true);
    [...quaternion, affine[3]!, affine[7]!, affine[11]!].forEach((value, at) => view.setFloat32(256 + at * 4, value, true));
  }
  view.setInt16(254, 1, true);
  for (let at = 0; at < 12; at++) view.setFloat32(280 + at * 4, affine[at]!, true);
  [0x6e, 0x2b, 0x31, 0].forEach((byte, at) => view.setUint8(344 + at, byte)); // "n+1"
}

function planeAffine(spacing: readonly number[]): Affine {
  return [spacing[1]!, 0, 0, 0, 0, spacing[0]!, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
}

/** The qform's rotation; undefined for a sheared grid, which a qform cannot hold. */
function quaternionOf(affine: Affine, spacing: readonly number[], flip: number): number[] | undefined {
  const rotation = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => (affine[row * 4 + column]! / spacing[2 - column]!) * (column === 2 ? flip : 1)),
  );
  const dot = (first: number, second: number): number =>
    [0, 3, 6].reduce((sum, row) => sum + rotation[row + first]! * rotation[row + second]!, 0);
  const sheared = Math.max(Math.abs(dot(0, 1)), Math.abs(dot(0, 2)), Math.abs(dot(1, 2))) > 1e-5;
  return sheared ? undefined : quaternionFromRotation(rotation);
}

function imagePerChannel({ id, voxels, channels }: Volume, type: VoxelType, slope: number): ReturnType<typeof allocateVoxels> {
  const sameType = voxelTypeOf(voxels) === type && slope === 1;
  if (channels === 1 && sameType) return voxels;
  const { range } = VOXEL_TYPES[type];
  const count = voxels.length / channels;
  const result = allocateVoxels(type, voxels.length);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let at = 0, from = channel; at < count; at++, from += channels) {
      const value = voxels[from]!;
      if (range === undefined || sameType) {
        result[to++] = value / slope;
        continue;
      }
      const whole = Math.round(value / slope);
      if (!(whole >= range[0] && whole <= range[1])) {
        throw niftiWriteError(id, `the value ${value} does not fit ${type} (${range[0]} to ${range[1]})`);
      }
      result[to++] = whole;
    }
  }
  return result;
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  packed.fill(0, 4, 8); // no time of writing
  packed[9] = 255; // nor the operating system
  return packed;
}
