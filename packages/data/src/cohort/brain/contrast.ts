import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { noiseField } from "../fields/noise-field.js";
import type { BrainCohortOptions } from "./brain-options.js";
import type { CaseGrid } from "./geometry.js";
import type { SoftClasses } from "./soft-classes.js";
import { TISSUES } from "./tissue.js";
import { REGIONS } from "./tumour.js";

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
  const [oedema, necrosis, enhancing, solid] = REGIONS.map((name) => jittered(contrast.region[name])) as [
    number,
    number,
    number,
    number,
  ];
  const [oedemaShare, necrosisShare, enhancingShare, solidShare] = classes.regions as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
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
