import { validate, type Affine, type Random, type Volume } from "@ssl3d/core";
import type { Cohort, CohortCase } from "../cohort.js";
import { BufferPool } from "../fields/buffer-pool.js";
import { drawBody, releaseAbdomen } from "./abdomen.js";
import { paintBowel } from "./bowel.js";
import { scanAbdomen } from "./ct-acquisition.js";
import { paintLesion } from "./lesion.js";
import { paintOrgans } from "./organs.js";
import { drawPancreas, paintPancreas } from "./pancreas.js";
import { pancreasCard } from "./pancreas-card.js";
import { pancreasCohortOptions, type PancreasCohortInput, type PancreasCohortOptions } from "./pancreas-options.js";
import { paintPancreaticVessels } from "./pancreatic-vessels.js";

/** Abdominal CT: one channel in HU and a truth of labels 0 (background), 1 (pancreas) and 2 (lesion). */
export type PancreasCohort = Cohort<Volume<Uint8Array>>;

/** One case of a {@link PancreasCohort}. */
export type PancreasCase = CohortCase<Volume<Uint8Array>>;

/**
 * Makes abdominal CT volumes with a pancreas and, in most of them, a lesion in it. The pancreas looks like liver, bowel wall
 * and muscle, so that it can be found by where it lies and not by its brightness. Voxels are in HU; the world's origin is
 * the grid's centre, the axes are RAS.
 * @throws SSL3D_CONFIG_* for options that cannot be
 */
export function createPancreasCohort(input: PancreasCohortInput = {}): PancreasCohort {
  const options = validate(pancreasCohortOptions, input, "The pancreas cohort's options");
  const pool = new BufferPool();
  return {
    name: "pancreas",
    case: (index, random) => makeCase(options, index, random.split(index), pool),
    card: (request) => pancreasCard(options, request),
  };
}

function makeCase(options: PancreasCohortOptions, index: number, random: Random, pool: BufferPool): PancreasCase {
  const size = [options.size, options.size, options.size] as const;
  const abdomen = drawBody(size, options.fieldOfViewMm, options.abdomen, random.split("body"), pool);
  paintOrgans(abdomen, options.abdomen, random.split("organs"), pool);
  // The pancreas comes before the bowel, which goes around it: so it stays whole.
  const pancreas = drawPancreas(abdomen, options.pancreas, random.split("pancreas"), pool);
  paintBowel(abdomen, pancreas.mask, options.abdomen, random.split("bowel"), pool);
  paintPancreas(abdomen, pancreas, options.pancreas, random.split("parenchyma"), pool);
  paintPancreaticVessels(abdomen, pancreas, pool);
  paintLesion(abdomen, pancreas, options.lesion, random.split("lesion"), pool);
  scanAbdomen(abdomen.hu, size, options.acquisition, random.split("scan"), pool);
  releaseAbdomen(abdomen, pool);

  const spacing = options.fieldOfViewMm.map((mm, axis) => mm / size[axis]!) as [number, number, number];
  const [dz, dy, dx] = spacing;
  const half = (options.size - 1) / 2;
  const affine: Affine = [dx, 0, 0, -dx * half, 0, dy, 0, -dy * half, 0, 0, dz, -dz * half, 0, 0, 0, 1];
  const id = `synthetic-pancreas-${String(index).padStart(5, "0")}`;
  const volume = { id, size, spacing, affine, channels: 1 };
  const image = { ...volume, voxels: abdomen.hu.slice() };
  pool.give(abdomen.hu);
  return { id, image, ...(options.labelled ? { truth: { ...volume, voxels: abdomen.truth } } : {}) };
}
