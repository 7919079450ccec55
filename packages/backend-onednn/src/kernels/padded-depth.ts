import type { Block } from "../native/blocks.js";
import { BYTES, type DataType } from "../native/constants.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import { filterGradientPrimitive, type Convolution } from "./convolution-primitives.js";
import { copyPart } from "./copy-part.js";
import { denseStrides } from "./layouts.js";

/** A filter gradient whose input has its zeros in depth laid out in memory. */
export interface PaddedDepth {
  readonly primitive: Primitive;
  /** The input with zeros around it; the caller releases it. */
  pad(x: Block): Block;
}

/** Whether the library compiles code for a primitive, rather than multiplying matrices or looping. */
export function isCompiled({ implementation }: Primitive): boolean {
  return !/gemm|ref/.test(implementation);
}

/** Channels up to which the compiled filter gradient beats the matrix product by more than the copy costs (measured on AVX2). */
const NARROW = 16;

/**
 * On processors without AVX-512 the library has compiled code for a 3D filter gradient only where nothing is padded in depth, and
 * multiplies matrices otherwise, which is slow for few channels. Undefined where that does not help.
 */
export function withPaddedDepth(runtime: Runtime, c: Convolution, type: DataType): PaddedDepth | undefined {
  const [front, back] = [c.before[0] ?? 0, c.after[0] ?? 0];
  const [input = 0, output = 0] = c.filter.slice(-2);
  if (c.x.length !== 5 || front + back === 0 || Math.min(input, output) > NARROW) return undefined;
  const shape = c.x.with(1, (c.x[1] as number) + front + back);
  const primitive = filterGradientPrimitive(runtime, { ...c, x: shape, before: c.before.with(0, 0), after: c.after.with(0, 0) }, type, false);
  if (primitive === undefined || !isCompiled(primitive)) return undefined;
  return { primitive, pad: (x) => padDepth(runtime, x, c.x, shape, front, type) };
}

function padDepth(runtime: Runtime, x: Block, from: readonly number[], to: readonly number[], front: number, type: DataType): Block {
  const padded = runtime.pool.allocate(to.reduce((product, size) => product * size, BYTES[type]));
  const strides = denseStrides(to);
  const plane = strides[1] as number;
  const depth = from[1] as number;
  copyPart(runtime, from, { block: x, type, offset: 0, strides: denseStrides(from) }, { block: padded, type, offset: front * plane, strides });
  const bytes = new Uint8Array(padded.buffer);
  for (let image = 0; image < (to[0] as number); image++) {
    const start = image * (strides[0] as number);
    bytes.fill(0, start * BYTES[type], (start + front * plane) * BYTES[type]);
    bytes.fill(0, (start + (front + depth) * plane) * BYTES[type], (start + (strides[0] as number)) * BYTES[type]);
  }
  return padded;
}
