import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { gaussianBlur } from "../fields/gaussian-blur.js";
import { noiseField } from "../fields/noise-field.js";
import type { BrainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";
import { TISSUES, type BrainMaps } from "./tissue.js";
import { REGIONS, type Tumour } from "./tumour.js";

/** One MRI contrast: the brightness of each tissue and tumour region before acquisition. */
interface Contrast {
  /** Cerebrospinal fluid, grey matter, white matter. */
  readonly tissue: readonly [number, number, number];
  readonly region: Readonly<Record<(typeof REGIONS)[number], number>>;
  /** Weight of the T1 scan's own texture. */
  readonly texture: number;
  /** Brightness of the white-matter spots. */
  readonly spots: number;
}

/** The four contrasts of BraTS, in channel order. */
export const CONTRASTS: Readonly<Record<"t1" | "t1ce" | "t2" | "flair", Contrast>> = {
  t1: {
    tissue: [0.15, 0.52, 0.76],
    region: { oedema: 0.44, necrosis: 0.28, enhancing: 0.52, solid: 0.42 },
    texture: 0.6,
    spots: -0.08,
  },
  t1ce: {
    tissue: [0.15, 0.53, 0.74],
    region: { oedema: 0.42, necrosis: 0.22, enhancing: 1.1, solid: 0.42 },
    texture: 0.5,
    spots: -0.08,
  },
  t2: {
    tissue: [1, 0.6, 0.42],
    region: { oedema: 0.8, necrosis: 0.92, enhancing: 0.66, solid: 0.74 },
    texture: -0.3,
    spots: 0.2,
  },
  flair: {
    tissue: [0.12, 0.6, 0.48],
    region: { oedema: 0.95, necrosis: 0.45, enhancing: 0.78, solid: 0.85 },
    texture: -0.15,
    spots: 0.32,
  },
};

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

/** What one contrast would look like to a perfect scanner, into an array from the pool; 0 outside the support. */
export function paintContrast(
  contrast: Contrast,
  options: BrainCohortOptions["contrast"],
  grid: CaseGrid,
  classes: SoftClasses,
  random: Random,
  pool: BufferPool,
): Float32Array {
  const { support, tissue, spots, texture } = classes;
  const jittered = (mean: number) => mean + random.normal(0, options.meanJitter);
  const [fluid, grey, white] = contrast.tissue.map(jittered) as [number, number, number];
  const [oedema, necrosis, enhancing, solid] = REGIONS.map((name) => jittered(contrast.region[name])) as [number, number, number, number];
  const [oedemaShare, necrosisShare, enhancingShare, solidShare] = classes.regions as [Float32Array, Float32Array, Float32Array, Float32Array];
  const anatomyTexture = contrast.texture * options.anatomyTexture;
  const mottle = noiseField(random.split("tumour texture"), grid.size, 20, pool);
  const image = pool.take(spots.length).fill(0);
  for (const i of support) {
    const at = i * TISSUES;
    const greyShare = tissue[at + 1]!;
    const whiteShare = tissue[at + 2]!;
    image[i] =
      fluid * tissue[at]! +
      grey * greyShare +
      white * whiteShare +
      anatomyTexture * tissue[at + 3]! +
      options.tissueTexture * texture[i]! * (greyShare + whiteShare) +
      contrast.spots * spots[i]! +
      oedema * oedemaShare[i]! +
      necrosis * necrosisShare[i]! +
      enhancing * enhancingShare[i]! +
      solid * solidShare[i]! +
      options.tumourTexture * mottle[i]! * classes.tumour[i]!;
  }
  pool.give(mottle);
  return image;
}
