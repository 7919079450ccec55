import { backend_util, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Pooling } from "./pooling-primitives.js";

/** Attributes of tfjs' pooling kernels. */
export interface PoolingAttributes {
  readonly filterSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat?: string;
}

/** The pooling that tfjs' attributes describe; undefined where oneDNN has none such. */
export function poolingOf(kind: Pooling["kind"], { shape, dtype }: TensorInfo, type: Pooling["type"], attributes: PoolingAttributes): Pooling | undefined {
  if (dtype !== "float32" || util.sizeFromShape(shape) === 0 || (attributes.dataFormat?.startsWith("NC") ?? false)) return undefined;
  const pooling = { kind, type, x: shape, ...(shape.length === 4 ? walk2d(shape, attributes) : walk3d(shape, attributes)) };
  return isPossible(pooling) ? pooling : undefined;
}

/** The maximum over windows of `size` voxels a side that do not overlap. */
export function blocksOf(kind: Pooling["kind"], x: readonly number[], type: Pooling["type"], size: number): Pooling {
  const spatial = x.slice(1, -1);
  const window = spatial.map(() => size);
  const none = spatial.map(() => 0);
  const y = [x[0] as number, ...spatial.map((length) => Math.floor(length / size)), x[x.length - 1] as number];
  return { kind, type, x, y, window, strides: window, before: none, after: none };
}

type Walk = Pick<Pooling, "y" | "window" | "strides" | "before" | "after">;

function walk2d(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes): Walk {
  const info = backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize as number, strides as number, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  return {
    y: info.outShape,
    window: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    before: [top, left],
    after: [bottom, right],
  };
}

function walk3d(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes): Walk {
  const size = shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(size, filterSize as number, strides as number, 1, pad as "same", dimRoundingMode);
  const { front, back, top, bottom, left, right } = info.padInfo;
  return {
    y: info.outShape,
    window: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    before: [front, top, left],
    after: [back, bottom, right],
  };
}

/** tfjs rounds sizes as it is told to, and with "same" may leave out voxels in front; oneDNN does neither. */
function isPossible({ x, y, window, strides, before, after }: Pooling): boolean {
  return window.every((size, axis) => {
    const [front, back] = [before[axis] as number, after[axis] as number];
    const room = (x[axis + 1] as number) + front + back - size;
    return front >= 0 && back >= 0 && front < size && back < size && Math.floor(room / (strides[axis] as number)) + 1 === y[axis + 1] && room >= 0;
  });
}
