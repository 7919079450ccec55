import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { distanceTransform } from "../fields/distance-transform.js";
import type { BrainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";
import { TISSUES, type BrainMaps } from "./tissue.js";

/** Where a tumour grows and how large its core is. */
export interface TumourSite {
  /** Index of the centre's voxel. */
  readonly voxel: number;
  /** The centre in mm from the grid's centre, (z, y, x). */
  readonly centre: readonly [number, number, number];
  readonly coreRadiusMm: number;
}

/** Share of the brain's voxels that lie too low for a tumour: brainstem, cerebellum and the lowest temporal lobe. */
const LOWEST_SHARE = 0.3;

/** Draws a tumour's site: deep in the brain, mostly in white matter, not in fluid and not near the brainstem. */
export function drawTumourSite(
  options: BrainCohortOptions["tumour"],
  grid: CaseGrid,
  { tissue, brain }: BrainMaps,
  random: Random,
  pool: BufferPool,
): TumourSite {
  const depthMm = distanceTransform(brain, grid.size, grid.spacing, pool);
  const plane = grid.size[1] * grid.size[2];
  const lowest = lowestVoxel(brain, plane);
  const weight = pool.take(brain.length);
  let total = 0;
  let deepest = 0;
  for (let i = 0; i < brain.length; i++) {
    const at = i * TISSUES;
    const allowed = i >= lowest && depthMm[i]! > options.minimumDepthMm && tissue[at]! < 0.3;
    weight[i] = allowed ? tissue[at + 2]! + 0.3 * tissue[at + 1]! : 0;
    total += weight[i]!;
    if (depthMm[i]! > depthMm[deepest]!) deepest = i;
  }
  const voxel = total > 0 ? drawWeighted(weight, total, random) : deepest;
  pool.give(depthMm, weight);

  const [depth, height, width] = grid.size;
  const index = [Math.floor(voxel / plane), Math.floor(voxel / width) % height, voxel % width];
  const [z, y, x] = [depth, height, width].map((n, axis) => (index[axis]! - (n - 1) / 2) * grid.spacing[axis]!);
  return { voxel, centre: [z!, y!, x!], coreRadiusMm: random.uniform(...options.coreRadiusMm) };
}

/** Index of the first voxel of the plane below which the lowest share of the brain lies. */
function lowestVoxel(brain: Uint8Array, plane: number): number {
  let volume = 0;
  for (const inside of brain) volume += inside;
  let below = 0;
  for (let i = 0; i < brain.length; i++) {
    below += brain[i]!;
    if (below > LOWEST_SHARE * volume) return i - (i % plane);
  }
  return 0;
}

function drawWeighted(weight: Float32Array, total: number, random: Random): number {
  let left = random.uniform(0, total);
  let last = 0;
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0) continue;
    last = i;
    left -= weight[i]!;
    if (left < 0) break;
  }
  return last;
}
