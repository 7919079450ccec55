import { axisView } from "./axes.js";
import type { BufferPool } from "./buffer-pool.js";

/**
 * Gaussian smoothing in place, axis by axis. `sigma` is in voxels, one per axis; 0 leaves an axis alone. The kernel ends
 * at 4 sigma and border voxels are repeated outwards. Any rank.
 */
export function gaussianBlur(
  field: Float32Array,
  size: readonly number[],
  sigma: readonly number[],
  pool: BufferPool,
): void {
  // The last axis first: its short lines are the most likely to be empty, and those are skipped.
  for (let axis = size.length - 1; axis >= 0; axis--) {
    const kernel = gaussianKernel(sigma[axis]!);
    if (kernel.length === 1) continue;
    const radius = (kernel.length - 1) / 2;
    const { outer, length, inner } = axisView(size, axis);
    const block = pool.take(length * inner);
    for (let o = 0; o < outer; o++) {
      const line = field.subarray(o * block.length, (o + 1) * block.length);
      if (isEmpty(line)) continue;
      block.set(line);
      const middle = kernel[radius]!;
      for (let at = 0; at < line.length; at++) line[at] = middle * block[at]!;
      for (let tap = 1; tap <= radius; tap++) addTap(line, block, kernel[radius + tap]!, tap * inner, inner);
    }
    pool.give(block);
  }
}

function isEmpty(line: Float32Array): boolean {
  for (let at = 0; at < line.length; at++) {
    if (line[at] !== 0) return false;
  }
  return true;
}

/** Adds the weighted neighbours `reach` values before and after; rows of `inner` values repeat beyond both ends. */
function addTap(line: Float32Array, block: Float32Array, weight: number, reach: number, inner: number): void {
  const end = line.length;
  for (let at = reach; at < end; at++) line[at] = line[at]! + weight * block[at - reach]!;
  for (let at = 0; at < end - reach; at++) line[at] = line[at]! + weight * block[at + reach]!;
  const border = Math.min(reach, end);
  for (let at = 0; at < border; at++) line[at] = line[at]! + weight * block[at % inner]!;
  for (let at = end - border; at < end; at++) line[at] = line[at]! + weight * block[end - inner + (at % inner)]!;
}

/** Weights of a sampled Gaussian, summing to 1, of odd length. */
function gaussianKernel(sigma: number): number[] {
  const radius = sigma > 0 ? Math.floor(4 * sigma + 0.5) : 0;
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    sigma > 0 ? Math.exp(-0.5 * ((i - radius) / sigma) ** 2) : 1,
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
