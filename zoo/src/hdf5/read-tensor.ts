import { elementsOf, halfPrecision, shapeText } from "@ssl3d/core";
import { Dataset, type Group, type Metadata } from "h5wasm";
import { badHdf5, linkedElsewhere, otherNumbers } from "../errors.js";
import type { KerasTensor } from "./keras-checkpoint.js";
import { openObject } from "./open-object.js";

/** HDF5's classes of whole and of floating-point numbers, and of data that is opaque to it, as which h5py writes bfloat16. */
const [INTEGER, FLOAT, OPAQUE] = [0, 1, 5] as const;
/** The types that are read, by their bytes. */
const TYPES: Readonly<Record<number, KerasTensor["storedAs"] | null>> = { 2: "float16", 4: null, 8: "float64" };
/** More than any layer of any network has. */
const MOST_ELEMENTS = 2 ** 30;
/** Numbers that are read at a time. */
const PIECE = 2 ** 19;

/**
 * A weight of a Keras file, as float32 whatever its precision. Its numbers are read when they are asked for.
 * @param budget how many numbers the file has room for still; lessened by the weight's
 * @throws SSL3D_KERAS_FILE_INVALID
 */
export function readTensor(group: Group, layer: string, name: string, label: string, budget: { elements: number }): KerasTensor {
  const what = `weight "${name}" of layer "${layer}"`;
  const dataset = openObject(group, name, what, label);
  if (!(dataset instanceof Dataset)) throw badHdf5(label, `${what} is no array of numbers`);
  const { shape: sizes, metadata } = dataset;
  // without the other file the library gives zeros
  const [elsewhere] = metadata.virtual_sources ?? [];
  if (elsewhere !== undefined) throw linkedElsewhere(label, what, `it is virtual, a view of "${elsewhere.dset_name}" in "${elsewhere.file_name}"`);
  const storedAs = TYPES[metadata.size];
  if (sizes === null || metadata.type !== FLOAT || storedAs === undefined) throw otherNumbers(label, what, typeText(metadata));
  const size = elementsOf(sizes);
  // half-precision numbers take two bytes: more elements than that are in a file only where it is compressed, in chunks
  budget.elements -= metadata.chunks === null ? size : 0;
  if (!(budget.elements >= 0 && size <= MOST_ELEMENTS)) throw badHdf5(label, `${what} has the shape ${shapeText(sizes)}, more numbers than the file has room for`);
  const source = storedAs === "float16" ? new HalfPrecisionBits(dataset.file_id, dataset.path) : dataset;
  const pieces = (): Iterable<Float32Array> => readPieces(source, sizes, what, label);
  return {
    name,
    shape: sizes,
    ...(storedAs !== null && { storedAs }),
    pieces,
    get data() {
      const data = new Float32Array(size);
      let offset = 0;
      for (const piece of pieces()) {
        data.set(piece, offset);
        offset += piece.length;
      }
      return data;
    },
  };
}

/** Numbers of half precision as the whole numbers of their bits: the library has no numbers for them. */
class HalfPrecisionBits extends Dataset {
  override get metadata(): Metadata {
    return { ...super.metadata, type: INTEGER, signed: false };
  }
}

/** Whatever passes through the library's memory makes it grow for good. */
function* readPieces(dataset: Dataset, sizes: readonly number[], what: string, label: string): Generator<Float32Array> {
  const isHalf = dataset instanceof HalfPrecisionBits;
  const floats = (value: unknown): Float32Array => {
    const values = typeof value === "number" ? [value] : value;
    if (values instanceof Float32Array) return values;
    if (!ArrayBuffer.isView(values) && !Array.isArray(values)) throw badHdf5(label, `${what} cannot be read`);
    return isHalf ? fromHalves(values as Uint16Array) : Float32Array.from(values as Float64Array);
  };
  const size = elementsOf(sizes);
  const [length] = sizes;
  if (size <= PIECE || length === undefined) {
    yield floats(dataset.value);
    return;
  }
  const rows = Math.max(1, Math.floor((PIECE * length) / size));
  for (let start = 0; start < length; start += rows) yield floats(dataset.slice([[start, Math.min(start + rows, length)]]));
}

function fromHalves(bits: ArrayLike<number>): Float32Array {
  const result = new Float32Array(bits.length);
  for (let index = 0; index < result.length; index++) result[index] = halfPrecision(bits[index]!);
  return result;
}

function typeText({ type, size }: Metadata): string {
  if (type === FLOAT) return `floating-point numbers of ${8 * size} bits`;
  if (type === INTEGER) return `whole numbers of ${8 * size} bits`;
  return type === OPAQUE ? `${size} bytes each of a type that HDF5 does not know${size === 2 ? " (bfloat16 is written so)" : ""}` : "no numbers";
}
