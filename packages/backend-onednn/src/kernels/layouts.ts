import type { DataType } from "../native/constants.js";
import type { Pointer } from "../native/library.js";
import type { Runtime } from "../native/runtime.js";

/** Strides of a dense array in C order, in elements. */
export function denseStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

/** A dense array with its own axes. */
export function dense(runtime: Runtime, type: DataType, shape: readonly number[]): Pointer {
  return runtime.layout(type, shape, denseStrides(shape));
}

/** [batch, ...spatial, channels] as oneDNN names its axes: batch, channels, spatial. */
export function channelsLast(runtime: Runtime, type: DataType, shape: readonly number[]): Pointer {
  return runtime.layout(type, channelsSecond(shape), channelsSecond(denseStrides(shape)));
}

/** oneDNN's order of the axes: batch, channels, spatial. */
export function channelsSecond(axes: readonly number[]): number[] {
  return [axes[0] as number, axes[axes.length - 1] as number, ...axes.slice(1, -1)];
}

/** A filter [...taps, in, out], or a part of the larger filter `whole`, as oneDNN names its axes: out, in, taps. */
export function filterLayout(runtime: Runtime, shape: readonly number[], whole: readonly number[] = shape): Pointer {
  return runtime.layout("float32", outputFirst(shape), outputFirst(denseStrides(whole)));
}

/** A filter's axes in oneDNN's order: out, in, taps. */
export function outputFirst(axes: readonly number[]): number[] {
  return [...axes.slice(-2).reverse(), ...axes.slice(0, -2)];
}
