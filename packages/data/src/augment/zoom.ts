import type { Volume } from "@ssl3d/core";
import { axisView } from "../cohort/fields/axes.js";
import { cubicTaps, filterCubic } from "../transform/cubic-taps.js";
import { blend, type Taps } from "../transform/interpolate.js";
import { subgrid } from "../volume/grid.js";

/**
 * Enlarges or shrinks a volume to a size, corner voxels staying at the corners, without smoothing: scipy.ndimage.zoom.
 * "cubic" is the cubic B-spline through all voxels, and equals scipy's of order 3 down to the last slice, which is 0 for
 * some sizes since rounding there puts it beyond the volume.
 */
export function zoom(volume: Volume<Float32Array>, size: readonly number[], interpolation: "linear" | "cubic"): Volume<Float32Array> {
  const shape = [...volume.size, volume.channels];
  let voxels = volume.voxels;
  size.forEach((samples, axis) => {
    const { outer, length, inner } = axisView(shape, axis);
    if (samples === length) return;
    if (interpolation === "cubic") {
      voxels = voxels.slice();
      filterCubic(voxels, shape, axis);
    }
    voxels = blend(voxels, tapsOf(length, samples, interpolation), { length, samples }, outer, inner);
    shape[axis] = samples;
  });
  const scale = size.map((samples, axis) => stepOf(volume.size[axis]!, samples));
  return { ...volume, voxels, ...subgrid(volume, size, size.map(() => 0), scale) };
}

/** Old voxels per new one. */
function stepOf(length: number, samples: number): number {
  return samples === 1 ? 1 : (length - 1) / (samples - 1);
}

function tapsOf(length: number, samples: number, interpolation: "linear" | "cubic"): Taps {
  const starts = new Int32Array(samples + 1);
  const voxels: number[] = [];
  const weights: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const position = sample * stepOf(length, samples);
    if (interpolation === "linear") {
      const below = Math.min(Math.floor(position), length - 1);
      voxels.push(below, Math.min(below + 1, length - 1));
      weights.push(1 - (position - below), position - below);
    } else if (position <= length - 1) {
      const taps = cubicTaps(position, length);
      voxels.push(...taps.voxels);
      weights.push(...taps.weights);
    }
    starts[sample + 1] = voxels.length;
  }
  return { starts, voxels, weights };
}
