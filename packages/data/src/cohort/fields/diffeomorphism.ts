import { voxelCount } from "../../volume/volume.js";
import type { BufferPool } from "./buffer-pool.js";
import { sampleTrilinear } from "./trilinear.js";

/**
 * The displacement a stationary velocity leads to, by scaling and squaring (Arsigny 2006), in place: a smooth warp that
 * neither folds nor tears. `velocity` holds (depth, height, width) triples in mm for every voxel of a grid of this size
 * and spacing (mm); the steps halve it `squarings` times and then compose it with itself as often.
 */
export function integrateVelocity(
  velocity: Float32Array,
  size: readonly number[],
  spacing: readonly number[],
  squarings: number,
  pool: BufferPool,
): void {
  const [depth, height, width] = size as [number, number, number];
  const positions = pool.take(3 * voxelCount(size));
  const carried = pool.take(velocity.length);
  const perMm = spacing.map((mm) => 1 / mm) as [number, number, number];
  for (let i = 0; i < velocity.length; i++) velocity[i] = velocity[i]! / 2 ** squarings;
  for (let step = 0; step < squarings; step++) {
    for (let z = 0, i = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i += 3) {
          positions[i] = z + velocity[i]! * perMm[0];
          positions[i + 1] = y + velocity[i + 1]! * perMm[1];
          positions[i + 2] = x + velocity[i + 2]! * perMm[2];
        }
      }
    }
    sampleTrilinear({ values: velocity, size, channels: 3 }, positions, carried, "nearest");
    for (let i = 0; i < velocity.length; i++) velocity[i] = velocity[i]! + carried[i]!;
  }
  pool.give(positions, carried);
}
