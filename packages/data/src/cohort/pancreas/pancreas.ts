import type { Random } from "@ssl3d/core";
import { BufferPool } from "../fields/buffer-pool.js";
import { evaluateSpline, splineCoefficients } from "../fields/cubic-spline.js";
import { largestComponent } from "../fields/largest-component.js";
import { noiseField } from "../fields/noise-field.js";
import type { Abdomen, Point } from "./abdomen.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";

/** Values of the truth, as in task 7 of the Medical Segmentation Decathlon. */
export const LABEL = { background: 0, pancreas: 1, lesion: 2 } as const;

/** A pancreas on its abdomen's grid. */
export interface Pancreas {
  /** Its middle line from head to tail, in evenly spaced steps. */
  readonly course: readonly Point[];
  /** 1 where it stands: one connected piece. */
  readonly mask: Uint8Array;
}

/** From the head beside the duodenum over the neck to the tail at the spleen, in mm. */
const COURSE: readonly Point[] = [
  [-42, 16, -26],
  [-38, 8, -10],
  [-22, -6, -2],
  [-2, -14, 4],
  [22, -6, 12],
  [48, 8, 22],
  [78, 26, 34],
];

/** Radius in mm at these shares of the course. */
const RADIUS = [
  [0, 14],
  [0.15, 15],
  [0.4, 9],
  [0.5, 9],
  [0.75, 11],
  [1, 8],
] as const;

const STEPS = 60;

/** Draws a pancreas: a tube of varying thickness along a bent course, around the organs that are there already. */
export function drawPancreas(abdomen: Abdomen, options: PancreasCohortOptions["pancreas"], random: Random, pool: BufferPool): Pancreas {
  const { size, cavity, occupied } = abdomen;
  const course = drawCourse(options, random);
  const scale = Math.exp(random.normal(0, options.radius));
  const reach = tubeDistance(abdomen, course, scale, pool);
  const coarse = noiseField(random.split("coarse surface"), size, 18, pool);
  const fine = noiseField(random.split("fine surface"), size, 30, pool);
  const tube = new Uint8Array(reach.length);
  for (const i of cavity) {
    const uneven = 1 + options.coarseSurface * coarse[i]! + options.fineSurface * fine[i]!;
    if (occupied[i] === 0 && reach[i]! * uneven < 1) tube[i] = 1;
  }
  pool.give(reach, coarse, fine);
  return { course, mask: largestComponent(tube, size) };
}

/** Paints the pancreas, with fatty lobulation, into the image and the truth. */
export function paintPancreas(
  { size, hu, cavity, truth }: Abdomen,
  { mask }: Pancreas,
  options: PancreasCohortOptions["pancreas"],
  random: Random,
  pool: BufferPool,
): void {
  const attenuation = random.normal(options.attenuationHu, options.attenuationJitterHu);
  const lobulation = random.uniform(...options.lobulationHu);
  const fat = noiseField(random.split("lobulation"), size, 30, pool);
  for (const i of cavity) {
    if (mask[i] === 0) continue;
    hu[i] = attenuation - lobulation * Math.min(2, Math.max(0, fat[i]!));
    truth[i] = LABEL.pancreas;
  }
  pool.give(fat);
}

function drawCourse({ bendMm, shiftMm }: PancreasCohortOptions["pancreas"], random: Random): Point[] {
  const pool = new BufferPool();
  const shift = COURSE[0]!.map(() => random.normal(0, shiftMm));
  const lines = [0, 1, 2].map((axis) => {
    const knots = Float32Array.from(COURSE, (point) => point[axis]! + shift[axis]! + random.normal(0, bendMm));
    splineCoefficients(knots, [knots.length]);
    const line = new Float32Array(STEPS);
    evaluateSpline(knots, [knots.length], line, [STEPS], 0, pool);
    return line;
  }) as [Float32Array, Float32Array, Float32Array];
  return Array.from({ length: STEPS }, (_, step): Point => [lines[0][step]!, lines[1][step]!, lines[2][step]!]);
}

/**
 * Distance from the nearest step of the course in units of the tube's radius there, within the cavity. The tube is a little
 * taller than wide.
 */
function tubeDistance({ x, y, z, cavity }: Abdomen, course: readonly Point[], scale: number, pool: BufferPool): Float32Array {
  const reach = pool.take(x.length).fill(Infinity);
  for (const [step, [cx, cy, cz]] of course.entries()) {
    const perRadius = 1 / (scale * radiusAt(step / (course.length - 1))) ** 2;
    for (const i of cavity) {
      const dx = x[i]! - cx;
      const dy = y[i]! - cy;
      const dz = (z[i]! - cz) / 1.15;
      const squared = (dx * dx + dy * dy + dz * dz) * perRadius;
      if (squared < reach[i]!) reach[i] = squared;
    }
  }
  for (const i of cavity) reach[i] = Math.sqrt(reach[i]!);
  return reach;
}

function radiusAt(share: number): number {
  const next = Math.max(1, RADIUS.findIndex(([at]) => at >= share));
  const [from, low] = RADIUS[next - 1]!;
  const [to, high] = RADIUS[next]!;
  return low + ((share - from) / (to - from)) * (high - low);
}
