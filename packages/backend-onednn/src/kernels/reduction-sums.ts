import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { ARGUMENT, BYTES, type DataType } from "../native/constants.js";
import { NULL } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import type { TensorData } from "../storage/tensor-data.js";
import { divisorUpTo } from "./binary-shapes.js";
import { floatTypeOf } from "./kernel.js";
import { dense } from "./layouts.js";

/** A dense array [outer, rows, channels] that is summed over its rows. */
export interface RowSum {
  readonly outer: number;
  readonly rows: number;
  readonly channels: number;
}

/** Rows that are summed in float32; such partial sums are added in float64, which keeps sums of millions of values right to 5e-6. */
const CHUNK = 256;
/** Chunks of fewer rows leave too much to the loop over the partial sums. */
const SMALLEST_CHUNK = 32;
/** Channels that fill the vectors of any instruction set. */
const WIDTH = 16;

/**
 * factor * the sums, as a float32 tensor of a shape of [outer, channels] values. oneDNN's own reduction over rows takes
 * a hundred times as long as the product with a row of ones, which reads at the speed of memory.
 * Undefined where the rows do not split.
 */
export function sumRows(backend: OnednnBackend, data: TensorData, sum: RowSum, shape: readonly number[], factor = 1): TensorInfo | undefined {
  const { outer, channels } = sum;
  const split = splitRows(sum);
  if (split === undefined) return undefined;
  const { chunk, chunks, fold, tail } = split;
  const width = channels * fold;
  const primitive = onesProduct(backend.runtime, outer * chunks, chunk, width, floatTypeOf(data));
  if (primitive === undefined) return undefined;
  const isWhole = chunks === 1 && fold === 1 && tail === 0;
  if (isWhole && canHold(factor, floatTypeOf(data))) {
    const result = backend.output(shape);
    multiplyBy(backend.runtime, primitive, data, chunk, factor, result.data.block());
    return result.info;
  }
  const { pool } = backend.runtime;
  const partial = pool.allocate(outer * chunks * width * 4);
  multiplyBy(backend.runtime, primitive, data, chunk, 1, partial);
  const partials = new Float32Array(partial.buffer, 0, outer * chunks * width);
  const totals = addPartials(partials, outer, chunks * fold, channels);
  pool.release(partial);
  if (tail > 0) addTail(totals, data, sum.rows * channels, tail * channels);
  return backend.makeTensorInfo([...shape], "float32", Float32Array.from(totals, (total) => total * factor));
}

/** Longest row that is summed in float32 alone. */
const NARROW_ROW = 4096;
const NARROW = "sum of narrow rows";

/** {@link sumRows} where the summed axes are the last ones and short, such as the channels of a voxel; undefined elsewhere. */
export function sumNarrowRows(backend: OnednnBackend, data: TensorData, sum: RowSum, shape: readonly number[], factor: number): TensorInfo | undefined {
  const { outer, rows, channels } = sum;
  const { runtime } = backend;
  const type = floatTypeOf(data);
  if (channels > 1 || outer === 1 || rows > NARROW_ROW || !canHold(factor, type)) return undefined;
  const primitive = runtime.primitive(`${NARROW}/${outer}/${rows}/${type}`, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_matmul_primitive_desc_create",
        ...[runtime.engine, dense(runtime, type, [outer, rows]), dense(runtime, type, [rows, 1])],
        ...[NULL, dense(runtime, "float32", [outer, 1]), attributes],
      ),
  }));
  if (primitive === undefined) return undefined;
  const result = backend.output(shape);
  multiplyBy(runtime, primitive, data, rows, factor, result.data.block());
  return result.info;
}

interface Split {
  /** Rows per partial sum, after folding. */
  readonly chunk: number;
  readonly chunks: number;
  /** Rows laid side by side, so that narrow arrays fill vectors. */
  readonly fold: number;
  /** Rows behind the last chunk. */
  readonly tail: number;
}

function splitRows({ outer, rows, channels }: RowSum): Split | undefined {
  const whole = divisorUpTo(rows, Math.ceil(WIDTH / channels));
  const fold = whole * channels >= WIDTH / 2 || outer > 1 ? whole : Math.ceil(WIDTH / channels);
  const folded = Math.floor(rows / fold);
  const divisor = divisorUpTo(folded, CHUNK);
  if (divisor >= SMALLEST_CHUNK || divisor === folded) {
    return { chunk: divisor, chunks: folded / divisor, fold, tail: rows - folded * fold };
  }
  if (outer > 1) return undefined;
  const chunk = Math.min(CHUNK, folded);
  const chunks = Math.floor(folded / chunk);
  return { chunk, chunks, fold, tail: rows - chunk * chunks * fold };
}

function onesProduct(runtime: Runtime, batch: number, chunk: number, width: number, type: DataType): Primitive | undefined {
  return runtime.primitive(`sum/${batch}/${chunk}/${width}/${type}`, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_matmul_primitive_desc_create",
        ...[runtime.engine, dense(runtime, type, [1, 1, chunk]), dense(runtime, type, [batch, chunk, width])],
        ...[NULL, dense(runtime, "float32", [batch, 1, width]), attributes],
      ),
  }));
}

/** Fills a row with `factor` and multiplies the data by it. */
function multiplyBy(runtime: Runtime, primitive: Primitive, data: TensorData, length: number, factor: number, result: Block): void {
  const type = floatTypeOf(data);
  const row = runtime.pool.allocate(length * BYTES[type]);
  const values = new Float32Array([factor]);
  if (type === "bf16") new Uint16Array(row.buffer, 0, length).fill(new Uint32Array(values.buffer)[0]! >>> 16);
  else new Float32Array(row.buffer, 0, length).fill(factor);
  const [first, second] = primitive.kind === NARROW ? [data.block(type), row] : [row, data.block(type)];
  runtime.run(primitive, [
    [ARGUMENT.source, first],
    [ARGUMENT.weights, second],
    [ARGUMENT.destination, result],
  ]);
  runtime.pool.release(row);
}

/** Whether a type holds a number exactly, up to float32's own rounding: bf16 has 8 bits of it. */
function canHold(factor: number, type: DataType): boolean {
  return type === "float32" || (new Uint32Array(Float32Array.of(factor).buffer)[0]! & 0xffff) === 0;
}

/** Sums of [outer, rows, channels] over the rows. */
function addPartials(partials: Float32Array, outer: number, rows: number, channels: number): Float64Array {
  const totals = new Float64Array(outer * channels);
  for (let block = 0, at = 0; block < outer; block++) {
    const first = block * channels;
    for (let row = 0; row < rows; row++) {
      for (let channel = 0; channel < channels; channel++) totals[first + channel]! += partials[at++]!;
    }
  }
  return totals;
}

/** Adds the last `count` of `size` values, which are whole rows. */
function addTail(totals: Float64Array, { values }: TensorData, size: number, count: number): void {
  for (let i = 0; i < count; i++) totals[i % totals.length]! += (values as Float32Array)[size - count + i]!;
}
