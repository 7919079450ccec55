import { distanceTransform, type Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
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

/** About one in twenty places suits a tumour; a brain without one after this many tries gets it at its deepest point. */
const ATTEMPTS = 10_000;

/** Draws a tumour's site: deep in the brain, mostly in white matter, not in fluid and not near the brainstem. */
export function drawTumourSite(
  options: BrainCohortOptions["tumour"],
  grid: CaseGrid,
  { tissue, brain }: BrainMaps,
  random: Random,
  pool: BufferPool,
): TumourSite {
  const [depth, height, width] = grid.size;
  const plane = height * width;
  const depthMm = distanceTransform(brain, grid.size, grid.spacing, pool.take(brain.length));
  const lowest = lowestVoxel(brain, plane);
  const weightOf = (voxel: number): number => {
    const at = voxel * TISSUES;
    const allowed = voxel >= lowest && depthMm[voxel]! > options.minimumDepthMm && tissue[at]! < 0.3;
    return allowed ? tissue[at + 2]! + 0.3 * tissue[at + 1]! : 0;
  };
  // Places are drawn in the world, not from a list of voxels, so that a case has its tumour in the same place at every size.
  let voxel = -1;
  for (let attempt = 0; voxel < 0 && attempt < ATTEMPTS; attempt++) {
    const [k, j, i] = grid.size.map((length) => Math.floor(random.uniform() * length)) as [number, number, number];
    const candidate = k * plane + j * width + i;
    if (random.uniform() < weightOf(candidate)) voxel = candidate;
  }
  if (voxel < 0) voxel = deepestVoxel(depthMm);
  pool.give(depthMm);

  const index = [Math.floor(voxel / plane), Math.floor(voxel / width) % height, voxel % width];
  const [z, y, x] = [depth, height, width].map((n, axis) => (index[axis]! - (n - 1) / 2) * grid.spacing[axis]!);
  return { voxel, centre: [z!, y!, x!], coreRadiusMm: random.split("radius").uniform(...options.coreRadiusMm) };
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

function deepestVoxel(depthMm: Float32Array): number {
  let deepest = 0;
  for (let i = 1; i < depthMm.length; i++) if (depthMm[i]! > depthMm[deepest]!) deepest = i;
  return deepest;
}
