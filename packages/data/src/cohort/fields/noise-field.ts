import type { Random } from "@ssl3d/core";
import { voxelCount } from "../../volume/volume.js";
import type { BufferPool } from "./buffer-pool.js";
import { evaluateSpline, splineCoefficients } from "./cubic-spline.js";

/**
 * A smooth random field of unit standard deviation, into an array from the pool: `cells` normal numbers along each axis,
 * joined by cubic splines, the border cells skipped. The same stream gives the same field at every grid size.
 * More cells make finer noise; at least 4. Any rank.
 */
export function noiseField(random: Random, size: readonly number[], cells: number, pool: BufferPool): Float32Array {
  const cellSize = size.map(() => cells);
  const lattice = pool.take(voxelCount(cellSize));
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.normal();
  splineCoefficients(lattice, cellSize);
  const field = pool.take(voxelCount(size));
  evaluateSpline(lattice, cellSize, field, size, 1, pool);
  pool.give(lattice);

  let sum = 0;
  let squares = 0;
  for (let i = 0; i < field.length; i++) {
    const value = field[i]!;
    sum += value;
    squares += value * value;
  }
  const mean = sum / field.length;
  const scale = 1 / (Math.sqrt(Math.max(0, squares / field.length - mean * mean)) + 1e-6);
  for (let i = 0; i < field.length; i++) field[i] = field[i]! * scale;
  return field;
}
