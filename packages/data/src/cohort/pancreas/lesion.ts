import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { noiseField } from "../fields/noise-field.js";
import type { Abdomen, Point } from "./abdomen.js";
import { LABEL, type Pancreas } from "./pancreas.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";
import { pointDistance } from "./point-distance.js";

/** Mean and standard deviation of the attenuation, in HU. */
const ATTENUATION = { carcinoma: [72, 8], cyst: [18, 6], neuroendocrine: [150, 12] } as const;

const DUCT_HU = 22;

/** Paints a lesion, or none: mostly in the head, and behind a carcinoma often a dilated duct. */
export function paintLesion(
  abdomen: Abdomen,
  { course }: Pancreas,
  options: PancreasCohortOptions["lesion"],
  random: Random,
  pool: BufferPool,
): void {
  if (!random.chance(options.probability)) return;
  const { hu, truth, cavity, occupied, size } = abdomen;
  // Beta(1, 2), by the inverse of its distribution function: near the head twice as often as in the middle.
  const share = 1 - Math.sqrt(1 - random.uniform());
  const step = Math.min(57, Math.max(2, Math.floor(share * course.length)));
  const centre = course[step]!.map((mm) => mm + random.normal(0, 2)) as unknown as Point;
  const radius = random.uniform(...options.radiusMm);
  const kind = drawKind(options, random);
  const attenuation = random.normal(...ATTENUATION[kind]);

  const surface = noiseField(random.split("surface"), size, 14, pool);
  const distance = pointDistance(abdomen, [centre], pool);
  for (const i of cavity) {
    const reach = distance[i]! * (1 + options.surface * surface[i]!);
    if (reach >= radius || hu[i]! >= 175 || hu[i]! <= -200) continue;
    // It may grow beyond the pancreas, into fat but not into organs.
    if (truth[i] !== LABEL.pancreas && (reach >= 0.75 * radius || occupied[i] === 1)) continue;
    hu[i] = attenuation;
    truth[i] = LABEL.lesion;
  }
  pool.give(surface, distance);

  if (kind === "carcinoma" && random.chance(options.dilatedDuctProbability)) {
    const towardsTail = course.filter((_, at) => at >= step && (at - step) % 2 === 0);
    const width = random.uniform(2, 3.6);
    const duct = pointDistance(abdomen, towardsTail, pool);
    for (const i of cavity) {
      if (duct[i]! < width && truth[i] === LABEL.pancreas) hu[i] = DUCT_HU;
    }
    pool.give(duct);
  }
}

function drawKind({ cystShare, neuroendocrineShare }: PancreasCohortOptions["lesion"], random: Random): keyof typeof ATTENUATION {
  const draw = random.uniform();
  if (draw < cystShare) return "cyst";
  return draw < cystShare + neuroendocrineShare ? "neuroendocrine" : "carcinoma";
}
