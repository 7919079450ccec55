import type { Random } from "@ssl3d/core";
import { voxelCount } from "../../volume/volume.js";
import type { BufferPool } from "../fields/buffer-pool.js";
import { integrateVelocity } from "../fields/diffeomorphism.js";
import { noiseField } from "../fields/noise-field.js";
import type { Grid } from "../fields/trilinear.js";
import type { BrainCohortOptions } from "./brain-options.js";

/** The cube of voxels a case is made on, centred on the brain. */
export interface CaseGrid {
  readonly size: readonly [number, number, number];
  readonly spacing: readonly [number, number, number];
}

/** How a case's head lies and is shaped: world position = linear * (position + displacement) + shift. */
export interface Placement {
  /** Row-major 3x3 on (x, y, z). */
  readonly linear: readonly number[];
  /** (x, y, z) in mm. */
  readonly shift: readonly number[];
  /** (z, y, x) triples in mm, one per voxel. */
  readonly displacement: Float32Array;
}

/** A push away from a point: positions near it read tissue from closer to it. */
export interface Bulge {
  /** (z, y, x) in mm. */
  readonly centre: readonly [number, number, number];
  readonly radiusMm: number;
  readonly strength: number;
}

const SQUARINGS = 4;

/** Draws a head: rotation, scale, shear, shift, mirror and a smooth warp. `displacement` comes from the pool. */
export function drawPlacement(
  options: BrainCohortOptions["geometry"],
  grid: CaseGrid,
  random: Random,
  pool: BufferPool,
): Placement {
  const displacement = pool.take(3 * voxelCount(grid.size));
  const warp = random.split("warp");
  for (let axis = 0; axis < 3; axis++) {
    const coarse = noiseField(warp, grid.size, 7, pool);
    const fine = noiseField(warp, grid.size, 14, pool);
    const coarseMm = warp.uniform(...options.coarseWarpMm);
    const fineMm = warp.uniform(...options.fineWarpMm);
    for (let i = 0; i < coarse.length; i++) displacement[3 * i + axis] = coarseMm * coarse[i]! + fineMm * fine[i]!;
    pool.give(coarse, fine);
  }
  integrateVelocity(displacement, grid.size, grid.spacing, SQUARINGS, pool);

  const angle = (options.rotationDegrees * Math.PI) / 180;
  const turns = [rotateX, rotateY, rotateZ].map((turn) => turn(random.uniform(-angle, angle)));
  const scale = diagonal([0, 1, 2].map(() => 1 / random.uniform(...options.scale)));
  const [xy, xz, yz] = [0, 1, 2].map(() => random.uniform(-options.shear, options.shear)) as [number, number, number];
  const shear = [1, xy, xz, 0, 1, yz, 0, 0, 1];
  const mirror = diagonal([random.chance(options.flipProbability) ? -1 : 1, 1, 1]);
  const linear = [mirror, ...turns, scale, shear].reduce(multiply);
  const shift = [0, 1, 2].map(() => random.uniform(-options.shiftMm, options.shiftMm));
  return { linear, shift, displacement };
}

/**
 * Where in the anatomy each voxel of the case lies: (depth, height, width) triples in voxels of `anatomy`, into an array
 * from the pool. The anatomy is centred on the brain as well.
 */
export function anatomyPositions(
  placement: Placement,
  grid: CaseGrid,
  anatomy: Grid & { readonly spacing: readonly number[] },
  pool: BufferPool,
  bulge?: Bulge,
): Float32Array {
  const [depth, height, width] = grid.size;
  const { displacement, linear, shift } = placement;
  const positions = pool.take(displacement.length);
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = linear as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const centre = anatomy.size.map((length) => (length - 1) / 2) as [number, number, number];
  const perMm = anatomy.spacing.map((mm) => 1 / mm) as [number, number, number];
  const falloff = bulge === undefined ? 0 : 1 / (1.8 * bulge.radiusMm) ** 2;
  for (let k = 0, i = 0; k < depth; k++) {
    const gridZ = (k - (depth - 1) / 2) * grid.spacing[0];
    for (let j = 0; j < height; j++) {
      const gridY = (j - (height - 1) / 2) * grid.spacing[1];
      for (let l = 0; l < width; l++, i += 3) {
        const gridX = (l - (width - 1) / 2) * grid.spacing[2];
        let z = gridZ + displacement[i]!;
        let y = gridY + displacement[i + 1]!;
        let x = gridX + displacement[i + 2]!;
        if (bulge !== undefined) {
          const dz = gridZ - bulge.centre[0];
          const dy = gridY - bulge.centre[1];
          const dx = gridX - bulge.centre[2];
          const exponent = (dz * dz + dy * dy + dx * dx) * falloff;
          if (exponent < 16) {
            const push = bulge.strength * Math.exp(-exponent);
            z -= push * dz;
            y -= push * dy;
            x -= push * dx;
          }
        }
        positions[i] = (zx * x + zy * y + zz * z + shift[2]!) * perMm[0] + centre[0];
        positions[i + 1] = (yx * x + yy * y + yz * z + shift[1]!) * perMm[1] + centre[1];
        positions[i + 2] = (xx * x + xy * y + xz * z + shift[0]!) * perMm[2] + centre[2];
      }
    }
  }
  return positions;
}

/** Product of two row-major 3x3 matrices. */
export function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, at) => {
    const row = at - (at % 3);
    const column = at % 3;
    return a[row]! * b[column]! + a[row + 1]! * b[3 + column]! + a[row + 2]! * b[6 + column]!;
  });
}

function diagonal([x, y, z]: readonly number[]): number[] {
  return [x!, 0, 0, 0, y!, 0, 0, 0, z!];
}

function rotateX(angle: number): number[] {
  return [1, 0, 0, 0, Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle)];
}

function rotateY(angle: number): number[] {
  return [Math.cos(angle), 0, Math.sin(angle), 0, 1, 0, -Math.sin(angle), 0, Math.cos(angle)];
}

function rotateZ(angle: number): number[] {
  return [Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0, 0, 0, 1];
}
