import type { VoxelArray } from "@ssl3d/core";

/** Name of a voxel's number format, as NumPy writes it. */
export type VoxelType = "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "float32" | "float64";

interface VoxelTypeInfo {
  readonly bytes: number;
  /** Smallest and largest value of a whole-number format; undefined for real numbers. */
  readonly range?: readonly [number, number];
  readonly make: (buffer: ArrayBuffer) => VoxelArray;
}

/** Size, range and typed array of each voxel format. */
export const VOXEL_TYPES: Readonly<Record<VoxelType, VoxelTypeInfo>> = {
  uint8: { bytes: 1, range: [0, 255], make: (buffer) => new Uint8Array(buffer) },
  int8: { bytes: 1, range: [-128, 127], make: (buffer) => new Int8Array(buffer) },
  uint16: { bytes: 2, range: [0, 65535], make: (buffer) => new Uint16Array(buffer) },
  int16: { bytes: 2, range: [-32768, 32767], make: (buffer) => new Int16Array(buffer) },
  uint32: { bytes: 4, range: [0, 4294967295], make: (buffer) => new Uint32Array(buffer) },
  int32: { bytes: 4, range: [-2147483648, 2147483647], make: (buffer) => new Int32Array(buffer) },
  float32: { bytes: 4, make: (buffer) => new Float32Array(buffer) },
  float64: { bytes: 8, make: (buffer) => new Float64Array(buffer) },
};

/** The voxel format of a typed array. */
export function voxelTypeOf(voxels: VoxelArray): VoxelType {
  if (voxels instanceof Uint8Array) return "uint8";
  if (voxels instanceof Int8Array) return "int8";
  if (voxels instanceof Uint16Array) return "uint16";
  if (voxels instanceof Int16Array) return "int16";
  if (voxels instanceof Uint32Array) return "uint32";
  if (voxels instanceof Int32Array) return "int32";
  if (voxels instanceof Float32Array) return "float32";
  return "float64";
}

/** A typed array of zeros. */
export function allocateVoxels(type: VoxelType, length: number): VoxelArray {
  return VOXEL_TYPES[type].make(new ArrayBuffer(length * VOXEL_TYPES[type].bytes));
}

/** A typed array of zeros in the format of the one given. */
export function allocateLike<Voxels extends VoxelArray>(voxels: Voxels, length: number): Voxels {
  return allocateVoxels(voxelTypeOf(voxels), length) as Voxels;
}

/** Reverses the bytes of every value in place, between little-endian and big-endian order. */
export function swapBytes(bytes: Uint8Array, valueBytes: number): void {
  if (valueBytes === 1) return;
  for (let start = 0; start + valueBytes <= bytes.length; start += valueBytes) {
    for (let low = start, high = start + valueBytes - 1; low < high; low++, high--) {
      const kept = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = kept;
    }
  }
}
