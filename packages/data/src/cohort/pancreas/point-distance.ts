import type { BufferPool } from "../fields/buffer-pool.js";
import type { Abdomen, Point } from "./abdomen.js";

/** Distance in mm from the nearest of some points for the voxels of the cavity, Infinity elsewhere; into an array from the pool. */
export function pointDistance({ x, y, z, cavity }: Abdomen, points: readonly Point[], pool: BufferPool): Float32Array {
  const distance = pool.take(x.length).fill(Infinity);
  for (const [cx, cy, cz] of points) {
    for (const i of cavity) {
      const dx = x[i]! - cx;
      const dy = y[i]! - cy;
      const dz = z[i]! - cz;
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared < distance[i]!) distance[i] = squared;
    }
  }
  for (const i of cavity) distance[i] = Math.sqrt(distance[i]!);
  return distance;
}
