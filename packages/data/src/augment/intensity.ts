import type { Random, Volume } from "@ssl3d/core";
import { addNormalNoise } from "./normal-noise.js";

/** A change of intensities; what is left out changes nothing. */
export interface IntensityVariation {
  /** Exponent that bends each channel's scale between its smallest and largest value, which stay: t -> t^gamma. */
  readonly gamma?: number;
  /** Factor on the distance of every voxel from its channel's mean. */
  readonly contrast?: number;
  /** Added to every voxel, in the units of the image. */
  readonly brightness?: number;
  /** Standard deviation of independent normal noise, in the units of the image. */
  readonly noise?: number;
}

/** Varies intensities: first gamma, then contrast, brightness and noise. Only the noise draws from `random`. */
export function varyIntensity(volume: Volume, variation: IntensityVariation, random: Random): Volume<Float32Array> {
  const { gamma = 1, contrast = 1, brightness = 0, noise = 0 } = variation;
  const voxels = new Float32Array(volume.voxels);
  if (gamma !== 1) bend(voxels, volume.channels, gamma);
  if (contrast !== 1 || brightness !== 0) stretch(voxels, volume.channels, contrast, brightness);
  if (noise > 0) addNormalNoise(voxels, noise, random);
  return { ...volume, voxels };
}

function stretch(voxels: Float32Array, channels: number, contrast: number, brightness: number): void {
  const sums = new Float64Array(channels);
  for (let at = 0; at < voxels.length; ) for (let c = 0; c < channels; c++) sums[c]! += voxels[at++]!;
  const shifts = sums.map((sum) => (1 - contrast) * ((sum * channels) / voxels.length) + brightness);
  for (let at = 0; at < voxels.length; ) {
    for (let c = 0; c < channels; c++, at++) voxels[at] = voxels[at]! * contrast + shifts[c]!;
  }
}

/** Steps of the table that stands for the power; off by less than 1e-5 of the range for gammas from 1/e to e. */
const STEPS = 4096;

/** Below this share of the range the curve may be too steep for the table. */
const STEEP = 1 / 64;

function bend(voxels: Float32Array, channels: number, gamma: number): void {
  const curve = Float64Array.from({ length: STEPS + 2 }, (_, step) => (step / STEPS) ** gamma);
  for (let channel = 0; channel < channels; channel++) {
    let low = Infinity;
    let high = -Infinity;
    for (let at = channel; at < voxels.length; at += channels) {
      const value = voxels[at]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const range = high - low;
    if (range === 0) continue;
    for (let at = channel; at < voxels.length; at += channels) {
      const share = (voxels[at]! - low) / range;
      const place = share * STEPS;
      const step = place | 0;
      const bent = share < STEEP ? share ** gamma : curve[step]! + (place - step) * (curve[step + 1]! - curve[step]!);
      voxels[at] = low + range * bent;
    }
  }
}
