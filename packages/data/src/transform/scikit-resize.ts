import type { Volume, VoxelArray } from "@ssl3d/core";
import { axisView } from "../cohort/fields/axes.js";
import { spacingError } from "../errors.js";
import { subgrid } from "../volume/grid.js";
import { allocateLike } from "../volume/voxel-type.js";
import { blend, type Interpolation, type Taps } from "./interpolate.js";

/** How {@link scikitResize} reads between voxels. */
export interface ScikitResizeOptions {
  /** "linear" (default, order 1) gives float32; "nearest" (order 0) keeps the number format. */
  readonly interpolation?: Interpolation;
  /** Gaussian smoothing where an axis shrinks. Default true, but for nearest voxels of whole numbers, which are labels. */
  readonly antialias?: boolean;
}

/**
 * Resizes a volume as `skimage.transform.resize(..., preserve_range=True)` of scikit-image 0.26 does, with which the original
 * prepared its data: for data that must equal what a network of the original was trained on. Borders are mirrored, and a
 * shrinking axis is smoothed by a Gaussian of (factor - 1) / 2 voxels; results stay within the range of the input. Elsewhere
 * `resampleToSize` is faster and does not blur labels. Throws SSL3D_SPACING.
 */
export function scikitResize(volume: Volume, size: readonly number[], options: ScikitResizeOptions = {}): Volume {
  if (size.length !== volume.size.length || !size.every((length) => Number.isInteger(length) && length > 0)) {
    throw spacingError(volume.id, size, volume.size.length);
  }
  const { interpolation = "linear" } = options;
  const isReal = volume.voxels instanceof Float32Array || volume.voxels instanceof Float64Array;
  const antialias = options.antialias ?? (interpolation === "linear" || isReal);
  const [lowest, highest] = rangeOf(volume.voxels);
  const shape = [...volume.size, volume.channels];
  let values = volume.voxels;
  for (const [axis, samples] of size.entries()) {
    const { outer, length, inner } = axisView(shape, axis);
    if (samples === length) continue;
    values = blend(values, tapsOf(length, samples, interpolation, antialias), { length, samples }, outer, inner);
    shape[axis] = samples;
  }
  const result = interpolation === "nearest" ? allocateLike(volume.voxels, values.length) : new Float32Array(values.length);
  for (let i = 0; i < result.length; i++) result[i] = Math.min(highest, Math.max(lowest, values[i]!));
  const scale = size.map((length, axis) => volume.size[axis]! / length);
  return { ...volume, voxels: result, ...subgrid(volume, size, scale.map((step) => (step - 1) / 2), scale) };
}

function rangeOf(voxels: VoxelArray): [number, number] {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of voxels) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}

/** The voxels each sample is made of: those it lies between, each replaced by the Gaussian around it. */
function tapsOf(length: number, samples: number, interpolation: Interpolation, antialias: boolean): Taps {
  const step = length / samples;
  const kernel = gaussian(antialias ? Math.max(0, (step - 1) / 2) : 0);
  const radius = (kernel.length - 1) / 2;
  const starts = new Int32Array(samples + 1);
  const voxels: number[] = [];
  const weights: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const position = mirror((sample + 0.5) * step - 0.5, length);
    const below = Math.floor(interpolation === "nearest" ? position + 0.5 : position);
    const share = interpolation === "nearest" ? 0 : position - below;
    for (const [voxel, weight] of [[below, 1 - share], [below + 1, share]] as const) {
      if (weight === 0) continue;
      kernel.forEach((tap, index) => {
        voxels.push(mirror(mirror(voxel, length) + index - radius, length));
        weights.push(weight * tap);
      });
    }
    starts[sample + 1] = voxels.length;
  }
  return { starts, voxels, weights };
}

/** A position reflected about the centres of the first and last voxel until it lies between them. */
function mirror(position: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = position - period * Math.floor(position / period);
  return Math.min(wrapped, period - wrapped);
}

/** Weights of a Gaussian up to four standard deviations, summing to 1. */
function gaussian(sigma: number): number[] {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, index) => (radius === 0 ? 1 : Math.exp(-0.5 * ((index - radius) / sigma) ** 2)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
