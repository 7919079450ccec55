import { elementsOf, type NumericArray } from "@ssl3d/core";
import type { Transposition } from "./mapping-file.js";

/**
 * The order of axes that a transposition asks for of a tensor with so many.
 * @returns undefined where it names other axes than the tensor has
 */
export function axesFor(transposition: Transposition, axes: number): readonly number[] | undefined {
  const all = Array.from({ length: axes }, (_, axis) => axis);
  if (transposition === "none") return all;
  // [out, in, ...taps] of convolutions and dense layers to [...taps, in, out]; [in, out, ...taps] of transposed ones to [...taps, out, in]
  if (transposition === "kernel") return axes < 2 ? all : [...all.slice(2), 1, 0];
  return [...transposition].sort((a, b) => a - b).join() === all.join() ? transposition : undefined;
}

/** The array with its axes in another order: axis i of the result is axis `order[i]` of the array. */
export function transposeArray({ data, shape }: NumericArray & { readonly data: Float32Array }, order: readonly number[]): NumericArray & { readonly data: Float32Array } {
  const moved = order.map((axis) => shape[axis] as number);
  if (order.every((axis, index) => axis === index)) return { data, shape };
  const strides = shape.map((_, axis) => elementsOf(shape.slice(axis + 1)));
  const steps = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(data.length);
  const position = new Array<number>(order.length).fill(0);
  let source = 0;
  for (let target = 0; target < result.length; target++) {
    result[target] = data[source] as number;
    for (let axis = order.length - 1; axis >= 0; axis--) {
      source += steps[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (moved[axis] as number)) break;
      source -= (steps[axis] as number) * (moved[axis] as number);
      position[axis] = 0;
    }
  }
  return { data: result, shape: moved };
}
