import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { gaussianBlur } from "../fields/gaussian-blur.js";
import { noiseField } from "../fields/noise-field.js";
import type { BrainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";
import { TISSUES, type BrainMaps } from "./tissue.js";
import { REGIONS, type Tumour } from "./tumour.js";

/** Blur of the tumour's regions at their borders, in voxels: partial volume. */
const PARTIAL_VOLUME = 0.55;

/** What all contrasts of a case share: soft tissue and region shares. All arrays come from the pool. */
export interface SoftClasses {
  /** Voxels that hold any tissue or tumour. */
  readonly support: Uint32Array;
  /** {@link TISSUES} values per voxel, faded out where there is tumour. */
  readonly tissue: Float32Array;
  /** One field per entry of {@link REGIONS}. */
  readonly regions: readonly Float32Array[];
  /** Sum of the regions. */
  readonly tumour: Float32Array;
  readonly spots: Float32Array;
  /** Texture of grey and white matter, the same in all contrasts. */
  readonly texture: Float32Array;
}

/** Mixes hard regions and tissue maps into soft shares; overwrites `maps.tissue`. */
export function softClasses(
  options: BrainCohortOptions["contrast"],
  grid: CaseGrid,
  maps: BrainMaps,
  tumour: Tumour,
  random: Random,
  pool: BufferPool,
): SoftClasses {
  const { tissue } = maps;
  const spots = drawSpots(options, grid, maps, tumour, random.split("spots"), pool);
  const sum = pool.take(maps.brain.length).fill(0);
  const regions = REGIONS.map((_, index) => {
    const field = pool.take(sum.length);
    for (let i = 0; i < field.length; i++) field[i] = tumour.region[i] === index + 1 ? 1 : 0;
    gaussianBlur(field, grid.size, [PARTIAL_VOLUME, PARTIAL_VOLUME, PARTIAL_VOLUME], pool);
    for (let i = 0; i < field.length; i++) sum[i] = sum[i]! + field[i]!;
    return field;
  });
  let count = 0;
  const support = new Uint32Array(sum.length);
  for (let i = 0, at = 0; i < sum.length; i++, at += TISSUES) {
    const healthy = 1 - Math.min(1, sum[i]!);
    if (sum[i]! > 0 || tissue[at]! + tissue[at + 1]! + tissue[at + 2]! > 0) support[count++] = i;
    for (let t = 0; t < TISSUES; t++) tissue[at + t] = tissue[at + t]! * healthy;
    spots[i] = spots[i]! * tissue[at + 2]!;
  }
  const texture = noiseField(random.split("texture"), grid.size, 20, pool);
  return { support: support.subarray(0, count), tissue, regions, tumour: sum, spots, texture };
}

/** Bright spots in white matter, as age leaves them: they look like oedema in T2 and FLAIR and carry no label. */
function drawSpots(
  options: BrainCohortOptions["contrast"],
  grid: CaseGrid,
  { tissue }: BrainMaps,
  { labels }: Tumour,
  random: Random,
  pool: BufferPool,
): Float32Array {
  const spots = pool.take(labels.length).fill(0);
  const candidates = new Uint32Array(labels.length);
  let candidateCount = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0 && tissue[i * TISSUES + 2]! > 0.8) candidates[candidateCount++] = i;
  }
  const [lowest, highest] = options.spotCount;
  const count = candidateCount === 0 ? 0 : random.integer(lowest, highest + 1);
  const [depth, height, width] = grid.size;
  for (let spot = 0; spot < count; spot++) {
    const centre = candidates[random.integer(0, candidateCount)]!;
    const radius = random.uniform(...options.spotRadiusMm);
    const at = [Math.floor(centre / (height * width)), Math.floor(centre / width) % height, centre % width];
    // Beyond three radii a spot is fainter than 0.0002.
    const reach = grid.spacing.map((mm) => Math.ceil((3 * radius) / mm));
    const from = at.map((position, axis) => Math.max(0, position - reach[axis]!));
    const to = at.map((position, axis) => Math.min([depth, height, width][axis]! - 1, position + reach[axis]!));
    for (let z = from[0]!; z <= to[0]!; z++) {
      for (let y = from[1]!; y <= to[1]!; y++) {
        for (let x = from[2]!; x <= to[2]!; x++) {
          const dz = (z - at[0]!) * grid.spacing[0];
          const dy = (y - at[1]!) * grid.spacing[1];
          const dx = (x - at[2]!) * grid.spacing[2];
          const i = (z * height + y) * width + x;
          spots[i] = Math.min(1, spots[i]! + Math.exp(-(dz * dz + dy * dy + dx * dx) / (radius * radius)));
        }
      }
    }
  }
  return spots;
}
