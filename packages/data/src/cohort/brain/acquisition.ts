import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { gaussianBlur } from "../fields/gaussian-blur.js";
import { noiseField } from "../fields/noise-field.js";
import { quantiles } from "../fields/quantiles.js";
import type { BrainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";

/** Cells of the lattice behind the coil's shading: it varies over about a third of the field of view. */
const BIAS_CELLS = 5;

/**
 * Scans a painted contrast in place: brightness curve, coil shading, blur (one axis more than the others), Rician noise;
 * then clips it and scales it to mean 0 and standard deviation 1 inside the brain, exactly 0 outside.
 */
export function acquire(
  image: Float32Array,
  brain: Uint8Array,
  support: Uint32Array,
  options: BrainCohortOptions["acquisition"],
  grid: CaseGrid,
  random: Random,
  pool: BufferPool,
): void {
  const gamma = random.uniform(...options.gamma);
  const biasStrength = random.uniform(...options.biasField);
  const bias = noiseField(random.split("bias"), grid.size, BIAS_CELLS, pool);
  for (const i of support) {
    const value = image[i]!;
    image[i] = Math.sign(value) * Math.abs(value) ** gamma * Math.exp(biasStrength * bias[i]!);
  }
  pool.give(bias);

  const thickAxis = random.integer(0, 3);
  const thickBlur = random.uniform(...options.sliceBlurVoxels);
  const sigma = [0, 1, 2].map((axis) => options.blurVoxels + (axis === thickAxis ? thickBlur : 0));
  gaussianBlur(image, grid.size, sigma, pool);

  const deviation = random.uniform(...options.noise);
  const noise = random.split("noise");
  let count = 0;
  const inside = pool.take(image.length);
  for (let i = 0; i < image.length; i++) {
    if (brain[i] === 0) continue;
    const real = image[i]! + noise.normal(0, deviation);
    const imaginary = noise.normal(0, deviation);
    image[i] = Math.sqrt(real * real + imaginary * imaginary);
    inside[count++] = image[i]!;
  }
  const fractions = options.clipPercent.map((percent) => percent / 100);
  const [low, high] = quantiles(inside.subarray(0, count), fractions) as [number, number];
  pool.give(inside);
  standardise(image, brain, low, high);
}

function standardise(image: Float32Array, brain: Uint8Array, low: number, high: number): void {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < image.length; i++) {
    if (brain[i] === 0) continue;
    const value = Math.min(high, Math.max(low, image[i]!));
    count++;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  const scale = 1 / Math.sqrt(Math.max(squares / count - mean * mean, 1e-12));
  for (let i = 0; i < image.length; i++) {
    image[i] = brain[i] === 0 ? 0 : (Math.min(high, Math.max(low, image[i]!)) - mean) * scale;
  }
}
