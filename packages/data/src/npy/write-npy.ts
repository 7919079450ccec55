import { voxelTypeOf, type VoxelType } from "../volume/voxel-type.js";
import type { NpyArray } from "./read-npy.js";

const DESCRIPTIONS: Readonly<Record<VoxelType, string>> = {
  uint8: "|u1", int8: "|i1", uint16: "<u2", int16: "<i2", uint32: "<u4", int32: "<i4", float32: "<f4", float64: "<f8",
};

/** Writes an array as NPY version 1: little-endian, C order. Throws a RangeError where data and shape do not agree. */
export function writeNpy({ data, shape }: NpyArray): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== data.length) throw new RangeError(`An array of ${data.length} values has not the shape [${shape.join(", ")}].`);
  const tuple = shape.length === 1 ? `(${shape[0]!},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${DESCRIPTIONS[voxelTypeOf(data)]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headerBytes = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const text = `\x93NUMPY\x01\x00..${dictionary.padEnd(headerBytes - 11)}\n`;
  const bytes = new Uint8Array(headerBytes + data.byteLength);
  for (let at = 0; at < headerBytes; at++) bytes[at] = text.charCodeAt(at);
  new DataView(bytes.buffer).setUint16(8, headerBytes - 10, true);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), headerBytes);
  return bytes;
}
