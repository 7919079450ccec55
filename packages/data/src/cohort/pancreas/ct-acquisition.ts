import type { Random } from "@ssl3d/core";
import { addNormalNoise } from "../../augment/normal-noise.js";
import type { BufferPool } from "../fields/buffer-pool.js";
import { gaussianBlur } from "../fields/gaussian-blur.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";

/** Scans a painted abdomen in place: blur, more of it across slices, and grainy noise. */
export function scanAbdomen(
  hu: Float32Array,
  size: readonly number[],
  options: PancreasCohortOptions["acquisition"],
  random: Random,
  pool: BufferPool,
): void {
  const { blurVoxels, noiseGrainVoxels } = options;
  gaussianBlur(hu, size, [random.uniform(...options.sliceBlurVoxels), blurVoxels, blurVoxels], pool);
  const deviation = random.uniform(...options.noiseHu);
  const noise = pool.take(hu.length).fill(0);
  addNormalNoise(noise, 1, random.split("noise"));
  gaussianBlur(noise, size, [noiseGrainVoxels, noiseGrainVoxels, noiseGrainVoxels], pool);
  const scale = deviation / Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  for (let i = 0; i < hu.length; i++) hu[i] = hu[i]! + scale * noise[i]!;
  pool.give(noise);
}
