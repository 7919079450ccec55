import type { Block } from "../native/blocks.js";
import { ARGUMENT, BYTES, type DataType } from "../native/constants.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";

/** A part of an array in native memory; offset and strides in elements. */
export interface Part {
  readonly block: Block;
  readonly type: DataType;
  readonly offset: number;
  /** One for each axis of the part; 0 in a source repeats it along that axis. */
  readonly strides: readonly number[];
}

/**
 * Copies a part of one array to a part of another, of the same sizes, converting between types.
 * @throws RangeError where a part reaches beyond its array
 */
export function copyPart(runtime: Runtime, sizes: readonly number[], from: Part, to: Part): void {
  if (sizes.includes(0)) return;
  check(sizes, from);
  check(sizes, to);
  const axes = splitRows(mergeAxes(sizes, from.strides, to.strides));
  const [size, fromStrides, toStrides] = ([0, 1, 2] as const).map((part) => axes.map((axis) => axis[part])) as [number[], number[], number[]];
  const key = `copy/${size.join()}/${fromStrides.join()}/${toStrides.join()}/${from.type}/${to.type}`;
  const primitive = runtime.primitive(key, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_reorder_primitive_desc_create",
        ...[runtime.layout(from.type, size, fromStrides), runtime.engine],
        ...[runtime.layout(to.type, size, toStrides), runtime.engine, attributes],
      ),
  })) as Primitive;
  runtime.run(primitive, [
    [ARGUMENT.source, from.block, from.offset * BYTES[from.type]],
    [ARGUMENT.destination, to.block, to.offset * BYTES[to.type]],
  ]);
}

function check(sizes: readonly number[], { block, type, offset, strides }: Part): void {
  const last = sizes.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), offset);
  if (offset >= 0 && (last + 1) * BYTES[type] <= block.bytes) return;
  throw new RangeError(`Elements ${offset} to ${last} are not all in an array of ${block.bytes / BYTES[type]}.`);
}

type Axis = readonly [size: number, from: number, to: number];

/** The same elements with as few axes as possible. */
function mergeAxes(sizes: readonly number[], from: readonly number[], to: readonly number[]): Axis[] {
  const merged: Axis[] = [];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const [size, fromStride, toStride] = [sizes[axis], from[axis], to[axis]] as [number, number, number];
    if (size === 1) continue;
    const inner = merged[0];
    if (inner !== undefined && fromStride === inner[1] * inner[0] && toStride === inner[2] * inner[0]) {
      merged[0] = [size * inner[0], inner[1], inner[2]];
    } else {
      merged.unshift([size, fromStride, toStride]);
    }
  }
  return merged.length === 0 ? [[1, 1, 1]] : merged;
}

/** Copies over two axes run in slower code of the library than those over three. */
function splitRows(axes: Axis[]): Axis[] {
  const [rows, columns] = axes;
  if (axes.length !== 2 || rows === undefined || columns === undefined) return axes;
  const share = [64, 32, 16, 8, 4, 2].find((factor) => rows[0] % factor === 0 && rows[0] > factor);
  if (share === undefined) return axes;
  return [[rows[0] / share, rows[1] * share, rows[2] * share], [share, rows[1], rows[2]], columns];
}
