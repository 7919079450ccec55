import type { Volume } from "@ssl3d/core";
import { axisView } from "../cohort/fields/axes.js";
import { blend, type Taps } from "../transform/interpolate.js";

/**
 * Enlarges or shrinks what a volume or image shows about its centre; the size stays, and what comes from beyond the border is
 * 0. Linear. The world a voxel lies in stays, too: it is the content that is scaled.
 * @param steps one an axis: old voxels per new one, so that 0.8 enlarges and 1.25 shrinks
 */
export function scaleAboutCentre(volume: Volume, steps: readonly number[]): Volume<Float32Array> {
  const shape = [...volume.size, volume.channels];
  let voxels: Float32Array = new Float32Array(volume.voxels);
  for (const [axis, step] of steps.entries()) {
    if (step === 1) continue;
    const { outer, length, inner } = axisView(shape, axis);
    voxels = blend(voxels, tapsOf(length, step), { length, samples: length }, outer, inner);
  }
  return { ...volume, voxels };
}

function tapsOf(length: number, step: number): Taps {
  const centre = (length - 1) / 2;
  const starts = new Int32Array(length + 1);
  const voxels: number[] = [];
  const weights: number[] = [];
  for (let sample = 0; sample < length; sample++) {
    const position = centre + step * (sample - centre);
    if (position >= 0 && position <= length - 1) {
      const below = Math.floor(position);
      voxels.push(below, Math.min(below + 1, length - 1));
      weights.push(1 - (position - below), position - below);
    }
    starts[sample + 1] = voxels.length;
  }
  return { starts, voxels, weights };
}
