import type { Random, Volume } from "@ssl3d/core";

/** Adds the same amount to every voxel. */
export function shiftBrightness(volume: Volume, amount: number): Volume<Float32Array> {
  return { ...volume, voxels: Float32Array.from(volume.voxels, (value) => value + amount) };
}

/** Multiplies the distance of every voxel from its channel's mean. */
export function scaleContrast(volume: Volume, factor: number): Volume<Float32Array> {
  const { channels } = volume;
  const means = perChannel(volume, 0, (sum, value) => sum + value).map((sum) => (sum * channels) / volume.voxels.length);
  return {
    ...volume,
    voxels: Float32Array.from(volume.voxels, (value, at) => means[at % channels]! + (value - means[at % channels]!) * factor),
  };
}

/** Adds independent normal noise to every voxel. */
export function addNoise(volume: Volume, standardDeviation: number, random: Random): Volume<Float32Array> {
  return { ...volume, voxels: Float32Array.from(volume.voxels, (value) => value + random.normal(0, standardDeviation)) };
}

/** Bends the intensity scale of each channel between its smallest and largest value, which stay: t -> t^gamma. */
export function applyGamma(volume: Volume, gamma: number): Volume<Float32Array> {
  const { channels } = volume;
  const lows = perChannel(volume, Infinity, Math.min);
  const highs = perChannel(volume, -Infinity, Math.max);
  return {
    ...volume,
    voxels: Float32Array.from(volume.voxels, (value, at) => {
      const low = lows[at % channels]!;
      const range = highs[at % channels]! - low;
      return range === 0 ? value : low + range * ((value - low) / range) ** gamma;
    }),
  };
}

function perChannel({ voxels, channels }: Volume, start: number, fold: (sum: number, value: number) => number): number[] {
  const result = new Array<number>(channels).fill(start);
  for (let at = 0; at < voxels.length; at++) result[at % channels] = fold(result[at % channels]!, voxels[at]!);
  return result;
}
