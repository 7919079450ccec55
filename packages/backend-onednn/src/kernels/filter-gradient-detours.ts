import type { Block } from "../native/blocks.js";
import { BYTES, type DataType } from "../native/constants.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import { filterGradientPrimitive, type Convolution } from "./convolution-primitives.js";
import { copyPart } from "./copy-part.js";
import { denseStrides } from "./layouts.js";

/** A filter gradient computed from rearranged copies of the input. */
export interface Detour {
  readonly primitive: Primitive;
  /** Input channels that the primitive takes at a time. */
  readonly channels: number;
  /** The copy of the channels from `first` on; the caller releases it. */
  prepare(x: Block, first: number): Block;
}

/** The detour for a convolution whose own primitive is slow or wrong; undefined where that one will do. */
export function filterGradientDetour(runtime: Runtime, c: Convolution, type: DataType, direct: Primitive | undefined): Detour | undefined {
  if (direct === undefined) return undefined;
  if (isRacing(c, direct)) return withUnitStride(runtime, c, type);
  return isCompiled(direct) ? undefined : withPaddedDepth(runtime, c, type);
}

/** Whether the library compiles code for a primitive, rather than multiplying matrices or looping. */
function isCompiled({ implementation }: Primitive): boolean {
  return !/gemm|ref/.test(implementation);
}

/** Channels, in and out, for which the compiled filter gradient beats the matrix product by more than the copy costs (measured on AVX2). */
const NARROW = 16;

/**
 * On processors without AVX-512 the library has compiled code for a 3D filter gradient only where nothing is padded in depth, and
 * multiplies matrices otherwise, which is slow for few channels. More input channels are taken in groups. Undefined where that does not help.
 */
function withPaddedDepth(runtime: Runtime, c: Convolution, type: DataType): Detour | undefined {
  const [front, back] = [c.before[0] ?? 0, c.after[0] ?? 0];
  const [input = 0, output = 0] = c.filter.slice(-2);
  if (c.x.length !== 5 || front + back === 0 || input === 1 || output > NARROW) return undefined;
  const channels = input % NARROW === 0 ? NARROW : input;
  const shape = [...c.x.with(1, (c.x[1] as number) + front + back).slice(0, -1), channels];
  const part = { ...c, x: shape, filter: c.filter.with(-2, channels), before: c.before.with(0, 0), after: c.after.with(0, 0) };
  const primitive = filterGradientPrimitive(runtime, part, type, false);
  if (primitive === undefined || !isCompiled(primitive)) return undefined;
  return { primitive, channels, prepare: (x, first) => padDepth(runtime, x, c.x, shape, front, first, type) };
}

function padDepth(runtime: Runtime, x: Block, from: readonly number[], to: readonly number[], front: number, first: number, type: DataType): Block {
  const padded = allocate(runtime, to, type);
  const strides = denseStrides(to);
  const [image, plane] = strides as [number, number];
  const target = { block: padded, type, offset: front * plane, strides };
  copyPart(runtime, from.with(-1, to.at(-1) as number), { block: x, type, offset: first, strides: denseStrides(from) }, target);
  const bytes = new Uint8Array(padded.buffer);
  const end = (front + (from[1] as number)) * plane;
  for (let start = 0; start < (to[0] as number) * image; start += image) {
    bytes.fill(0, start * BYTES[type], (start + front * plane) * BYTES[type]);
    bytes.fill(0, (start + end) * BYTES[type], (start + image) * BYTES[type]);
  }
  return padded;
}

/**
 * The compiled filter gradient of 1x1 filters with strides, in oneDNN 3.2 on AVX2, lets its threads overwrite each other where the input
 * channels do not fill a vector: wrong results in one of two runs.
 */
function isRacing({ filter, strides }: Convolution, { implementation }: Primitive): boolean {
  return implementation.startsWith("jit_1x1") && strides.some((stride) => stride > 1) && (filter.at(-2) as number) % VECTOR !== 0;
}

/** float32 values in a vector of AVX2. */
const VECTOR = 8;

/** The voxels that a strided 1x1 filter meets, by themselves. */
function withUnitStride(runtime: Runtime, c: Convolution, type: DataType): Detour | undefined {
  const shape = [c.x[0] as number, ...c.y.slice(1, -1), c.x.at(-1) as number];
  const ones = c.strides.map(() => 1);
  const primitive = filterGradientPrimitive(runtime, { ...c, x: shape, strides: ones }, type, false);
  const strides = denseStrides(c.x).map((stride, axis) => stride * (c.strides[axis - 1] ?? 1));
  const prepare = (x: Block): Block => {
    const met = allocate(runtime, shape, type);
    copyPart(runtime, shape, { block: x, type, offset: 0, strides }, { block: met, type, offset: 0, strides: denseStrides(shape) });
    return met;
  };
  return primitive === undefined ? undefined : { primitive, channels: c.x.at(-1) as number, prepare };
}

function allocate(runtime: Runtime, shape: readonly number[], type: DataType): Block {
  return runtime.pool.allocate(shape.reduce((product, size) => product * size, BYTES[type]));
}
