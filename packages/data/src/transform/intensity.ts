import type { Volume } from "@ssl3d/core";
import { quantiles } from "../cohort/fields/quantiles.js";
import { backgroundOf } from "./foreground.js";

/** Which values a statistic is taken over. */
export interface IntensityOptions {
  /** One statistic per channel (default), or one for all. */
  readonly joint?: boolean;
  /** Leave out background voxels, which keep the value 0 afterwards. Default false. Percentiles always use all voxels. */
  readonly foregroundOnly?: boolean;
}

/** What a linear change of intensities did: result = (value - offset) / scale per channel; a scale of 0 gave zeros. */
export interface IntensityChange {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/** Limits intensities to the values at two percentiles (0 to 100), interpolated linearly as NumPy does. */
export function clipPercentiles(
  volume: Volume,
  percentiles: readonly number[],
  { joint = false }: Pick<IntensityOptions, "joint"> = {},
): { volume: Volume<Float32Array>; limits: readonly (readonly number[])[] } {
  const { channels } = volume;
  const groups = joint ? 1 : channels;
  const fractions = percentiles.map((percentile) => percentile / 100);
  const limits = Array.from({ length: groups }, (_, group) => quantiles(pick(volume, group, groups), fractions));
  const voxels = new Float32Array(volume.voxels);
  for (let group = 0; group < groups; group++) {
    const [low, high] = limits[group] as [number, number];
    for (let at = group; at < voxels.length; at += groups) {
      const value = voxels[at]!;
      voxels[at] = value < low ? low : value > high ? high : value;
    }
  }
  return { volume: { ...volume, voxels }, limits };
}

/** Limits intensities to a range, such as a CT window in HU. */
export function clipIntensities(volume: Volume, range: readonly number[]): Volume<Float32Array> {
  const [low, high] = range as [number, number];
  return { ...volume, voxels: Float32Array.from(volume.voxels, (value) => (value < low ? low : value > high ? high : value)) };
}

/** Mean 0 and standard deviation 1 per channel. A constant channel becomes zeros. */
export function zScore(volume: Volume, options: IntensityOptions = {}): { volume: Volume<Float32Array>; change: IntensityChange } {
  return change(volume, options, (values) => {
    let mean = 0;
    for (let at = 0; at < values.length; at++) mean += values[at]!;
    mean /= values.length;
    let variance = 0;
    for (let at = 0; at < values.length; at++) variance += (values[at]! - mean) * (values[at]! - mean);
    return [mean, Math.sqrt(variance / values.length)];
  });
}

/** Smallest value 0, largest 1 per channel. A constant channel becomes zeros. */
export function minMax(volume: Volume, options: IntensityOptions = {}): { volume: Volume<Float32Array>; change: IntensityChange } {
  return change(volume, options, (values) => {
    let low = Infinity;
    let high = -Infinity;
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high - low];
  });
}

/** Spread below this share of the offset is rounding, not contrast. */
const ROUNDING = 1e-7;

function change(
  volume: Volume,
  { joint = false, foregroundOnly = false }: IntensityOptions,
  measure: (values: Float32Array) => [offset: number, scale: number],
): { volume: Volume<Float32Array>; change: IntensityChange } {
  const { channels } = volume;
  const groups = joint ? 1 : channels;
  const background = foregroundOnly ? backgroundOf(volume) : undefined;
  const offset: number[] = [];
  const scale: number[] = [];
  for (let group = 0; group < groups; group++) {
    const values = pick(volume, group, groups, background);
    const [shift, spread] = values.length === 0 ? [0, 0] : measure(values);
    offset.push(shift);
    scale.push(spread > ROUNDING * Math.abs(shift) ? spread : 0);
  }
  const voxels = new Float32Array(volume.voxels.length);
  for (let channel = 0; channel < channels; channel++) {
    const group = joint ? 0 : channel;
    rescale(volume, channel, offset[group]!, scale[group]!, background?.[channel] ?? NaN, voxels);
  }
  const perChannel = (values: number[]): number[] => Array.from({ length: channels }, (_, channel) => values[joint ? 0 : channel]!);
  return { volume: { ...volume, voxels }, change: { offset: perChannel(offset), scale: perChannel(scale) } };
}

/** Writes one channel of `to`, which holds zeros: background (NaN for none) and constant channels stay so. */
function rescale(from: Volume, channel: number, offset: number, scale: number, background: number, to: Float32Array): void {
  if (scale === 0) return;
  const { voxels, channels } = from;
  for (let at = channel; at < to.length; at += channels) {
    const value = voxels[at]!;
    if (value !== background) to[at] = (value - offset) / scale;
  }
}

/** The values of one channel, or of all where there is one group; without those equal to the background. */
function pick(volume: Volume, group: number, groups: number, background?: readonly number[]): Float32Array {
  const { voxels, channels } = volume;
  const values = new Float32Array(voxels.length / groups);
  let count = 0;
  for (let at = groups === 1 ? 0 : group; at < voxels.length; at += groups) {
    const value = voxels[at]!;
    if (background !== undefined && value === background[at % channels]) continue;
    values[count++] = value;
  }
  return values.subarray(0, count);
}
