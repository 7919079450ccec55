import type { NumericArray } from "../contract/volume.js";

/** How the elements of a type lie in a safetensors file, and what they are read into. */
export interface ElementType {
  readonly bytes: number;
  /** @param raw a copy of the tensor's bytes, little-endian; undefined where an integer takes more than 32 bits */
  read(raw: ArrayBuffer): NumericArray["data"] | undefined;
}

/** Names of the types that are read. */
export type ElementName = "F32" | "I32" | "U8" | "F64" | "F16" | "BF16" | "I64" | "U64" | "U32" | "I16" | "U16" | "I8" | "BOOL";

/** The types of the format that are read. Shorter and longer floats become float32, integers int32, truth values uint8. */
export const ELEMENT_TYPES: Readonly<Record<ElementName, ElementType>> = {
  F32: { bytes: 4, read: (raw) => new Float32Array(raw) },
  I32: { bytes: 4, read: (raw) => new Int32Array(raw) },
  U8: { bytes: 1, read: (raw) => new Uint8Array(raw) },
  F64: { bytes: 8, read: (raw) => Float32Array.from(new Float64Array(raw)) },
  F16: { bytes: 2, read: (raw) => Float32Array.from(new Uint16Array(raw), halfPrecision) },
  BF16: { bytes: 2, read: readBrainFloats },
  I64: { bytes: 8, read: (raw) => narrow(new BigInt64Array(raw)) },
  U64: { bytes: 8, read: (raw) => narrow(new BigUint64Array(raw)) },
  U32: { bytes: 4, read: (raw) => narrow(new Uint32Array(raw)) },
  I16: { bytes: 2, read: (raw) => Int32Array.from(new Int16Array(raw)) },
  U16: { bytes: 2, read: (raw) => Int32Array.from(new Uint16Array(raw)) },
  I8: { bytes: 1, read: (raw) => Int32Array.from(new Int8Array(raw)) },
  BOOL: { bytes: 1, read: (raw) => new Uint8Array(raw) },
};

/** The number of a half-precision float (IEEE 754 binary16) of these 16 bits: a sign, 5 bits of exponent, 10 of fraction. */
export function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function readBrainFloats(raw: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(raw), (bits) => bits << 16).buffer);
}

function narrow(values: BigInt64Array | BigUint64Array | Uint32Array): Int32Array | undefined {
  const result = new Int32Array(values.length);
  for (const [index, value] of values.entries()) {
    result[index] = Number(value);
    if (result[index] !== Number(value)) return undefined;
  }
  return result;
}
