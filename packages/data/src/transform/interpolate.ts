import type { VoxelArray } from "@ssl3d/core";
import { allocateLike } from "../volume/voxel-type.js";

/** How values between voxels are found: "linear" for images and probabilities, "nearest" for labels. */
export type Interpolation = "linear" | "nearest";

/** Where the samples of one axis lie: sample s at voxel scale x s + offset of an axis of `length` voxels. */
export interface AxisSampling {
  readonly length: number;
  readonly samples: number;
  readonly scale: number;
  readonly offset: number;
}

/** Outside the axis: the border voxel's value, or zero. */
export type Outside = "border" | "zero";

/** Positions this close to a voxel's centre (or to the middle of two) count as on it: affines carry float32 rounding. */
const SNAP = 1e-4;

/**
 * Resamples along one axis after the other (separable). `values` has the shape [...lengths of the axes, channels].
 * Linear interpolation gives float32; with `antialias` it widens to a triangle over all voxels a sample covers where
 * the axis shrinks.
 */
export function resampleAxes(
  values: VoxelArray,
  axes: readonly AxisSampling[],
  channels: number,
  interpolation: Interpolation,
  outside: Outside,
  antialias: boolean,
): VoxelArray {
  const shape = axes.map(({ length }) => length);
  let result: VoxelArray = values;
  // axes that shrink the most go first and leave the least work to the others
  const order = axes.map((_, axis) => axis).sort((a, b) => axes[a]!.samples / axes[a]!.length - axes[b]!.samples / axes[b]!.length);
  for (const axis of order) {
    const sampling = axes[axis]!;
    if (!isIdentity(sampling)) {
      const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, channels);
      result =
        interpolation === "nearest"
          ? gather(result, nearestVoxels(sampling, outside), sampling.length, outer, inner)
          : blend(result, linearTaps(sampling, outside, antialias), sampling, outer, inner);
    }
    shape[axis] = sampling.samples;
  }
  if (interpolation === "linear" && !(result instanceof Float32Array)) return Float32Array.from(result);
  return result === values ? result.slice() : result;
}

function isIdentity({ length, samples, scale, offset }: AxisSampling): boolean {
  return length === samples && Math.abs(scale - 1) * length < SNAP && Math.abs(offset) < SNAP;
}

function positionOf({ scale, offset }: AxisSampling, sample: number): number {
  const position = scale * sample + offset;
  const nearest = Math.round(position);
  return Math.abs(position - nearest) < SNAP ? nearest : position;
}

function isOutside(position: number, length: number): boolean {
  return position < -0.5 - SNAP || position > length - 0.5 + SNAP;
}

/** The voxel of each sample, -1 for those outside. */
function nearestVoxels(sampling: AxisSampling, outside: Outside): Int32Array {
  return Int32Array.from({ length: sampling.samples }, (_, sample) => {
    const position = positionOf(sampling, sample);
    if (outside === "zero" && isOutside(position, sampling.length)) return -1;
    return Math.min(sampling.length - 1, Math.max(0, Math.floor(position + 0.5 + SNAP)));
  });
}

function gather<Voxels extends VoxelArray>(values: Voxels, voxels: Int32Array, length: number, outer: number, inner: number): Voxels {
  const result = allocateLike(values, outer * voxels.length * inner);
  let to = 0;
  for (let block = 0; block < outer; block++) {
    for (const voxel of voxels) {
      if (voxel >= 0) {
        const from = (block * length + voxel) * inner;
        for (let at = 0; at < inner; at++) result[to + at] = values[from + at]!;
      }
      to += inner;
    }
  }
  return result;
}

/** For each sample the voxels it is made of and their shares. */
export interface Taps {
  /** First tap of each sample, and one more for the end. */
  readonly starts: Int32Array;
  readonly voxels: readonly number[];
  readonly weights: readonly number[];
}

function linearTaps(sampling: AxisSampling, outside: Outside, antialias: boolean): Taps {
  const { length, samples, scale } = sampling;
  const reach = antialias ? Math.max(1, Math.abs(scale)) : 1;
  const starts = new Int32Array(samples + 1);
  const voxels: number[] = [];
  const weights: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const position = positionOf(sampling, sample);
    if (outside === "border" || !isOutside(position, length)) {
      const first = weights.length;
      let total = 0;
      const centre = Math.min(length - 1, Math.max(0, position));
      const last = Math.min(length - 1, Math.ceil(centre + reach) - 1);
      for (let voxel = Math.max(0, Math.floor(centre - reach) + 1); voxel <= last; voxel++) {
        const weight = 1 - Math.abs(voxel - centre) / reach;
        voxels.push(voxel);
        weights.push(weight);
        total += weight;
      }
      for (let tap = first; tap < weights.length; tap++) weights[tap]! /= total;
    }
    starts[sample + 1] = weights.length;
  }
  return { starts, voxels, weights };
}

/** Samples along the middle axis of [outer, length, inner] values. */
export function blend(
  values: VoxelArray,
  taps: Taps,
  { length, samples }: Pick<AxisSampling, "length" | "samples">,
  outer: number,
  inner: number,
): Float32Array {
  const { starts, voxels, weights } = taps;
  const result = new Float32Array(outer * samples * inner);
  let to = 0;
  for (let block = 0; block < outer; block++) {
    for (let sample = 0; sample < samples; sample++, to += inner) {
      for (let tap = starts[sample]!; tap < starts[sample + 1]!; tap++) {
        const from = (block * length + voxels[tap]!) * inner;
        const weight = weights[tap]!;
        for (let at = 0; at < inner; at++) result[to + at] = result[to + at]! + weight * values[from + at]!;
      }
    }
  }
  return result;
}
