import type { VoxelArray } from "@ssl3d/core";
import { narrowWide } from "../bytes/narrow-wide.js";
import { npyRangeError, npySizeError } from "../file-errors.js";
import { allocateLike, swapBytes, VOXEL_TYPES } from "../volume/voxel-type.js";
import { parseNpyHeader, type NpyHeader } from "./npy-header.js";

/** An array of numbers with its shape, C order. */
export interface NpyArray {
  readonly data: VoxelArray;
  readonly shape: readonly number[];
}

/**
 * Reads an NPY file (versions 1 to 3, both byte orders, C or Fortran order). Booleans become uint8, float16 float32,
 * 64-bit whole numbers int32 or, where they do not all fit, float64.
 * @throws SSL3D_NPY_HEADER, SSL3D_NPY_TYPE, SSL3D_NPY_SIZE, SSL3D_NPY_RANGE
 */
export function readNpy(bytes: Uint8Array, file: string = "array.npy"): NpyArray {
  const header = parseNpyHeader(bytes, file);
  const count = header.shape.reduce((product, length) => product * length, 1);
  const valueBytes = bytesOf(header.storedType);
  const present = bytes.length - header.dataOffset;
  if (present !== count * valueBytes) throw npySizeError(file, header.shape, count * valueBytes, present);
  const data = new Uint8Array(present);
  data.set(bytes.subarray(header.dataOffset));
  if (!header.littleEndian) swapBytes(data, valueBytes);
  const values = toVoxels(data.buffer, header.storedType, file);
  return { data: header.fortranOrder ? toCOrder(values, header.shape) : values, shape: header.shape };
}

function bytesOf(type: NpyHeader["storedType"]): number {
  if (type === "int64" || type === "uint64") return 8;
  return type === "float16" ? 2 : VOXEL_TYPES[type].bytes;
}

function toVoxels(buffer: ArrayBuffer, type: NpyHeader["storedType"], file: string): VoxelArray {
  switch (type) {
    case "int64":
      return narrowWide(new BigInt64Array(buffer), (value) => npyRangeError(file, value));
    case "uint64":
      return narrowWide(new BigUint64Array(buffer), (value) => npyRangeError(file, value));
    case "float16":
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    default:
      return VOXEL_TYPES[type].make(buffer);
  }
}

/** The value of a half-precision number's 16 bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Fortran order has the first axis fastest, C order the last. */
function toCOrder(values: VoxelArray, shape: readonly number[]): VoxelArray {
  const result = allocateLike(values, values.length);
  const strides: number[] = [];
  shape.reduce((stride, length) => (strides.push(stride), stride * length), 1);
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < result.length; to++) {
    result[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
