import { validate, type Affine, type Random, type Volume } from "@ssl3d/core";
import { voxelCount } from "../../volume/volume.js";
import { BufferPool } from "../fields/buffer-pool.js";
import type { Cohort, CohortCase } from "../cohort.js";
import { acquire } from "./acquisition.js";
import type { AnatomyName } from "./anatomies.js";
import type { AnatomyPack } from "./anatomy-pack.js";
import { brainCard } from "./brain-card.js";
import { brainCohortOptions, type BrainCohortInput, type BrainCohortOptions } from "./brain-options.js";
import { CONTRASTS, paintContrast } from "./contrast.js";
import { anatomyPositions, drawPlacement, type CaseGrid } from "./geometry.js";
import { softClasses } from "./soft-classes.js";
import { sampleAnatomy } from "./tissue.js";
import { growTumour } from "./tumour.js";
import { drawTumourSite } from "./tumour-site.js";

/** Brains with tumours: four contrasts (t1, t1ce, t2, flair) and a truth of labels 0 to 3. */
export interface BrainCohort extends Cohort<Volume<Uint8Array>> {
  /** The anatomy it is made from. */
  readonly anatomy: AnatomyName;
}

/** One case of a {@link BrainCohort}. */
export type BrainCase = CohortCase<Volume<Uint8Array>>;

/** Options of {@link createBrainCohort}: the anatomy, and whatever shall differ from the defaults. */
export type BrainCohortRequest = BrainCohortInput & { readonly anatomy: AnatomyPack };

/**
 * Makes brains with tumours from a real anatomy: warped, with a necrotic core, an enhancing ring and oedema, painted in
 * four MRI contrasts and scanned with shading, blur and noise. Images are z-scored inside the brain and 0 outside; the
 * world's origin is the grid's centre, the axes are RAS.
 * @throws SSL3D_CONFIG_* for options that cannot be
 */
export function createBrainCohort({ anatomy, ...input }: BrainCohortRequest): BrainCohort {
  const options = validate(brainCohortOptions, input, "The brain cohort's options");
  const pool = new BufferPool();
  return {
    name: "brain-tumour",
    anatomy: anatomy.name,
    case: (index, random) => makeCase(anatomy, options, index, random.split(index), pool),
    card: (request) => brainCard(anatomy.name, options, request),
  };
}

function makeCase(
  anatomy: AnatomyPack,
  options: BrainCohortOptions,
  index: number,
  random: Random,
  pool: BufferPool,
): BrainCase {
  const { size, fieldOfViewMm } = options;
  const spacing = fieldOfViewMm / size;
  const grid: CaseGrid = { size: [size, size, size], spacing: [spacing, spacing, spacing] };

  // a head of the given anatomy, before the tumour grew
  const placement = drawPlacement(options.geometry, grid, random.split("head"), pool);
  const before = anatomyPositions(placement, grid, anatomy, pool);
  const healthy = sampleAnatomy(anatomy, before, grid, pool);
  const site = drawTumourSite(options.tumour, grid, healthy, random.split("site"), pool);
  pool.give(before, healthy.tissue);

  // the tumour pushes tissue outwards, then its regions are drawn
  const growth = random.split("tumour");
  const bulge = {
    centre: site.centre,
    radiusMm: site.coreRadiusMm,
    strength: growth.uniform(...options.tumour.massEffect),
  };
  const after = anatomyPositions(placement, grid, anatomy, pool, bulge);
  const maps = sampleAnatomy(anatomy, after, grid, pool);
  pool.give(after, placement.displacement);
  const tumour = growTumour(options.tumour, grid, maps, site, growth, pool);

  // four contrasts of the same head, each scanned on its own
  const names = Object.keys(CONTRASTS) as (keyof typeof CONTRASTS)[];
  const classes = softClasses(options.contrast, grid, maps, tumour, random.split("classes"), pool);
  const voxels = new Float32Array(voxelCount(grid.size) * names.length);
  for (const [channel, name] of names.entries()) {
    const scan = random.split(name);
    const image = paintContrast(CONTRASTS[name], options.contrast, grid, classes, scan.split("paint"), pool);
    acquire(image, maps.brain, classes.support, options.acquisition, grid, scan.split("acquire"), pool);
    for (let i = 0, at = channel; i < image.length; i++, at += names.length) voxels[at] = image[i]!;
    pool.give(image);
  }
  pool.give(classes.tissue, ...classes.regions, classes.tumour, classes.spots, classes.texture);

  const id = `synthetic-${anatomy.name}-${String(index).padStart(5, "0")}`;
  const corner = (-spacing * (size - 1)) / 2;
  const affine: Affine = [spacing, 0, 0, corner, 0, spacing, 0, corner, 0, 0, spacing, corner, 0, 0, 0, 1];
  const volume = { id, size: grid.size, spacing: grid.spacing, affine };
  return {
    id,
    image: { ...volume, voxels, channels: names.length },
    ...(options.labelled ? { truth: { ...volume, voxels: tumour.labels, channels: 1 } } : {}),
  };
}
