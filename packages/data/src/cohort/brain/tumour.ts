import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { connectedComponent } from "../fields/connected-component.js";
import { noiseField } from "../fields/noise-field.js";
import type { BrainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";
import { TISSUES, type BrainMaps } from "./tissue.js";
import type { TumourSite } from "./tumour-site.js";

/** Values of the truth, as in BraTS 2023 (BraTS 2021 calls enhancing tumour 4). */
export const LABEL = { background: 0, necrosis: 1, oedema: 2, enhancing: 3 } as const;

/** Parts of a tumour that look different; both `necrosis` and `solid` (non-enhancing) carry the necrosis label. */
export const REGIONS = ["oedema", "necrosis", "enhancing", "solid"] as const;

/** A tumour on a case's grid. */
export interface Tumour {
  /** Values of {@link LABEL}. */
  readonly labels: Uint8Array;
  /** 0 where there is no tumour, else 1 + the index in {@link REGIONS}. */
  readonly region: Uint8Array;
}

const OEDEMA = 1;
const NECROSIS = 2;
const ENHANCING = 3;
const SOLID = 4;
const LABEL_OF_REGION = [LABEL.background, LABEL.oedema, LABEL.necrosis, LABEL.enhancing, LABEL.necrosis];

/** Grows a tumour: nested regions bounded by a noisy ellipsoidal distance from its centre, one connected piece. */
export function growTumour(
  options: BrainCohortOptions["tumour"],
  grid: CaseGrid,
  { tissue, brain }: BrainMaps,
  site: TumourSite,
  random: Random,
  pool: BufferPool,
): Tumour {
  const { size } = grid;
  const radius = site.coreRadiusMm;
  const oedemaRadius = radius + random.uniform(...options.oedemaMarginMm);
  const highGrade = random.chance(options.highGradeProbability);
  const necrosisRadius = radius * random.uniform(...options.necrosis);
  const distance = ellipsoidalDistance(grid, site.centre, random.split("shape"), pool);
  const noise = (label: string, cells: number) => noiseField(random.split(label), size, cells, pool);

  const coreCoarse = noise("core coarse", 12);
  const coreFine = noise("core fine", 24);
  const oedemaCoarse = noise("oedema coarse", 10);
  const oedemaFine = noise("oedema fine", 22);
  const necrosisNoise = noise("necrosis", 14);
  // High grade: where the ring of enhancement has gaps. Low grade: the few spots that enhance.
  const enhancement = noise("enhancement", highGrade ? 14 : 16);

  const region = new Uint8Array(brain.length);
  for (let i = 0; i < region.length; i++) {
    if (brain[i] === 0) continue;
    const fluid = tissue[i * TISSUES]!;
    const white = tissue[i * TISSUES + 2]!;
    const reach = distance[i]!;
    if (fluid < 0.85 && reach * (1 + 0.16 * coreCoarse[i]! + 0.06 * coreFine[i]!) < radius) {
      if (!highGrade) region[i] = enhancement[i]! > 2.2 ? ENHANCING : SOLID;
      else if (reach * (1 + 0.22 * necrosisNoise[i]!) < necrosisRadius) region[i] = NECROSIS;
      else region[i] = enhancement[i]! > -1.6 ? ENHANCING : SOLID;
    } else if (
      fluid < 0.4 &&
      // Oedema spreads along white matter and spares the cortex.
      reach * (1 + 0.2 * oedemaCoarse[i]! + 0.08 * oedemaFine[i]!) < oedemaRadius * (0.55 + 0.5 * white)
    ) {
      region[i] = OEDEMA;
    }
  }
  pool.give(distance, coreCoarse, coreFine, oedemaCoarse, oedemaFine, necrosisNoise, enhancement);

  const connected = connectedComponent(region, size, site.voxel);
  const labels = new Uint8Array(region.length);
  for (let i = 0; i < region.length; i++) {
    region[i] = region[i]! * connected[i]!;
    labels[i] = LABEL_OF_REGION[region[i]!]!;
  }
  return { labels, region };
}

/** Distance from the centre in mm, stretched by up to exp(1/4) along three random perpendicular axes. */
function ellipsoidalDistance(
  grid: CaseGrid,
  centre: readonly [number, number, number],
  random: Random,
  pool: BufferPool,
): Float32Array {
  const axes = randomRotation(random);
  const stretch = [0, 1, 2].map(() => Math.exp(random.uniform(-0.25, 0.25)));
  const [a0, a1, a2, b0, b1, b2, c0, c1, c2] = axes.map((value, at) => value * stretch[Math.floor(at / 3)]!) as [
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
  const [depth, height, width] = grid.size;
  const distance = pool.take(depth * height * width);
  for (let k = 0, i = 0; k < depth; k++) {
    const z = (k - (depth - 1) / 2) * grid.spacing[0] - centre[0];
    for (let j = 0; j < height; j++) {
      const y = (j - (height - 1) / 2) * grid.spacing[1] - centre[1];
      for (let l = 0; l < width; l++, i++) {
        const x = (l - (width - 1) / 2) * grid.spacing[2] - centre[2];
        const p = a0 * z + a1 * y + a2 * x;
        const q = b0 * z + b1 * y + b2 * x;
        const r = c0 * z + c1 * y + c2 * x;
        distance[i] = Math.sqrt(p * p + q * q + r * r);
      }
    }
  }
  return distance;
}

/** A uniformly random rotation, row-major 3x3, from a random unit quaternion. */
function randomRotation(random: Random): number[] {
  const raw = [0, 1, 2, 3].map(() => random.normal());
  const norm = Math.hypot(...raw);
  const [w, x, y, z] = raw.map((value) => value / norm) as [number, number, number, number];
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}
