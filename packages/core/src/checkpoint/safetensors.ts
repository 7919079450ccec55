import type { NumericArray } from "../contract/volume.js";
import type { NamedArrays } from "./checkpoint.js";
import { badSafetensors, integerTooLong, unsupportedDtype } from "./errors.js";
import { ELEMENT_TYPES } from "./safetensors-elements.js";
import { elementsOf } from "./shape.js";

/** What a safetensors file holds. */
export interface SafetensorsContent {
  readonly tensors: NamedArrays;
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 8;
/** More axes than any engine takes: a sign of a damaged file. */
const MAX_AXES = 8;
const METADATA = "__metadata__";

type Dtype = keyof typeof ELEMENT_TYPES;
/** Types of the format that are sound but not read here. */
const OTHER_DTYPES = ["F8_E4M3", "F8_E5M2", "F8_E8M0", "F4", "F6_E2M3", "F6_E3M2", "C64"];

/** A tensor whose numbers are fetched piece by piece when they are written, so that not all need to be in memory at once. */
export interface DeferredTensor {
  readonly shape: readonly number[];
  readonly dtype: "F32" | "I32" | "U8";
  /** Its numbers in order, in arrays of any length. */
  readonly pieces: () => Iterable<NumericArray["data"]>;
}

/**
 * Writes tensors in the safetensors format (little-endian, C order). Equal content gives equal bytes: tensors are sorted,
 * wide elements first so that every tensor is aligned, then by name.
 */
export function encodeSafetensors(tensors: NamedArrays, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const deferred = [...tensors].map(([name, { data, shape }]) => [name, { shape, dtype: dtypeOf(data), pieces: () => [data] }] as const);
  return encodeDeferred(new Map<string, DeferredTensor>(deferred), metadata);
}

/** Does what {@link encodeSafetensors} does with tensors that are read one after the other. */
export function encodeDeferred(tensors: ReadonlyMap<string, DeferredTensor>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const width = ({ dtype }: DeferredTensor): number => ELEMENT_TYPES[dtype].bytes;
  const entries = [...tensors].sort(([nameA, a], [nameB, b]) => width(b) - width(a) || (nameA < nameB ? -1 : 1));
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set(METADATA, metadata);
  let end = 0;
  for (const [name, tensor] of entries) {
    if (name === METADATA) throw new RangeError(`A tensor cannot be called ${METADATA}.`);
    const { dtype, shape } = tensor;
    const length = elementsOf(shape) * width(tensor);
    header.set(name, { dtype, shape, data_offsets: [end, end + length] });
    end += length;
  }
  const text = new TextEncoder().encode(jsonOf(header));
  // spaces after the header start the data at a multiple of 8 bytes
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerLength;
  for (const [name, { shape, pieces }] of entries) {
    let elements = 0;
    for (const data of pieces()) {
      elements += data.length;
      if (elements > elementsOf(shape)) break;
      bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
      offset += data.byteLength;
    }
    if (elements !== elementsOf(shape)) {
      throw new RangeError(`Tensor "${name}" has ${elements} elements, its shape [${shape.join(", ")}] asks for ${elementsOf(shape)}.`);
    }
  }
  return bytes;
}

/** A tensor of a safetensors file that is read when it is asked for. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** Whether it is read as float32. */
  readonly isReal: boolean;
  /**
   * A copy of its numbers.
   * @throws Ssl3dError SSL3D_SAFETENSORS_DTYPE where an integer is too long
   */
  read(): NumericArray["data"];
}

/**
 * Reads a safetensors file. Everything in the header is checked against the file's size before anything is allocated;
 * tensors must cover the data without gap or overlap. The arrays are copies. Halves, bfloat16 and doubles become float32,
 * integers int32.
 * @param label names the file in errors
 * @throws Ssl3dError SSL3D_SAFETENSORS_INVALID, SSL3D_SAFETENSORS_DTYPE
 */
export function decodeSafetensors(bytes: Uint8Array, label: string): SafetensorsContent {
  const { tensors, metadata } = openSafetensors(bytes, label);
  return { tensors: new Map([...tensors].map(([name, tensor]) => [name, { data: tensor.read(), shape: tensor.shape }])), metadata };
}

/**
 * Does what {@link decodeSafetensors} does, with tensors that are read one after the other.
 * @param bytes the file; not to be changed while tensors are read
 * @throws Ssl3dError SSL3D_SAFETENSORS_INVALID, SSL3D_SAFETENSORS_DTYPE
 */
export function openSafetensors(
  bytes: Uint8Array,
  label: string
): { readonly tensors: ReadonlyMap<string, StoredTensor>; readonly metadata: SafetensorsContent["metadata"] } {
  const { header, dataStart } = readHeader(bytes, label);
  const dataBytes = bytes.length - dataStart;
  const metadata = readMetadata(header[METADATA], label);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => readEntry(name, entry, dataBytes, label))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      throw badSafetensors(
        label,
        `tensor "${name}" starts at data byte ${begin}, the one before it ends at ${covered}`
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw badSafetensors(label, `its tensors take ${covered} bytes, the file holds ${dataBytes} bytes of data`);
  }
  const stored = entries.map(({ name, dtype, shape, begin, end }): [string, StoredTensor] => {
    const read = (): NumericArray["data"] => {
      // not `slice`: Node's Buffer, a Uint8Array too, does not copy there
      const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
      const data = ELEMENT_TYPES[dtype].read(copy.buffer);
      if (data === undefined) throw integerTooLong(label, shorten(name));
      return data;
    };
    return [name, { shape, isReal: /^B?F/.test(dtype), read }];
  });
  return { tensors: new Map(stored), metadata };
}

function readHeader(bytes: Uint8Array, label: string): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES)
    throw badSafetensors(label, `it is ${bytes.length} bytes long, shorter than its first field`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(bytes.length - LENGTH_BYTES)) {
    throw badSafetensors(
      label,
      `it announces a header of ${length.toString()} bytes in a file of ${bytes.length} bytes`
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart)));
  } catch (cause) {
    throw badSafetensors(label, "its header is not JSON", cause);
  }
  if (!isRecord(header)) throw badSafetensors(label, "its header is not a JSON object");
  return { header, dataStart };
}

function readMetadata(value: unknown, label: string): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isRecord(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw badSafetensors(label, "its metadata is not a map of texts");
  }
  return value as Record<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(name: string, entry: unknown, dataBytes: number, label: string): Entry {
  const fail = (problem: string) => badSafetensors(label, `tensor "${shorten(name)}" ${problem}`);
  if (!isRecord(entry)) throw fail("has no description");
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string") throw fail("has no type");
  if (OTHER_DTYPES.includes(dtype)) throw unsupportedDtype(label, shorten(name), dtype);
  if (!Object.hasOwn(ELEMENT_TYPES, dtype)) throw fail(`has the unknown type "${shorten(dtype)}"`);
  if (!isCounts(shape) || shape.length > MAX_AXES) throw fail(`has no valid shape of at most ${MAX_AXES} axes`);
  if (!isCounts(offsets) || offsets.length !== 2) throw fail("has no valid data offsets");
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) {
    throw fail(`lies at data bytes ${begin} to ${end} of a file with ${dataBytes} bytes of data`);
  }
  const elements = elementsOf(shape);
  const expected = elements * ELEMENT_TYPES[dtype as Dtype].bytes;
  if (expected !== end - begin) {
    throw fail(
      `of type ${dtype} and shape [${shape.join(", ")}] takes ${expected} bytes, its data offsets give ${end - begin}`
    );
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

function dtypeOf(data: NumericArray["data"]): DeferredTensor["dtype"] {
  if (data instanceof Float32Array) return "F32";
  return data instanceof Int32Array ? "I32" : "U8";
}

/** JSON of a map in its order; an object would move names such as "0" to the front and lose "__proto__". */
function jsonOf(map: ReadonlyMap<string, unknown>): string {
  return `{${[...map].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
