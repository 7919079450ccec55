import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import { noiseField } from "../fields/noise-field.js";
import { modulo, type Abdomen, type Point } from "./abdomen.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";

/** An ellipsoid: distances from its centre in units of its radii. */
interface Ellipsoid {
  readonly centre: Point;
  readonly radii: Point;
}

/** Paints the spine and its muscles, the solid organs, the stomach and the great vessels. */
export function paintOrgans(abdomen: Abdomen, options: PancreasCohortOptions["abdomen"], random: Random, pool: BufferPool): void {
  paintSpine(abdomen, random.split("spine"));
  paintLiver(abdomen, options, random.split("liver"), pool);
  paintSpleen(abdomen, options, random.split("spleen"), pool);
  paintKidneys(abdomen, options, random.split("kidneys"));
  paintStomach(abdomen, options, random.split("stomach"), pool);
  paintGreatVessels(abdomen, random.split("great vessels"));
}

function paintSpine(abdomen: Abdomen, random: Random): void {
  const { x, y, z, body } = abdomen;
  const discPhase = random.uniform(0, 36);
  for (let i = 0; i < x.length; i++) {
    const side = Math.abs(x[i]!);
    const back = y[i]!;
    if (Math.hypot((side - 40) / 20, (back - 60) / 17) < 1) put(abdomen, i, 58); // psoas
    if (Math.hypot((side - 42) / 34, (back - 88) / 17) < 1) put(abdomen, i, 52); // erector spinae
    const vertebra = Math.hypot(side, (back - 58) / 0.85);
    if (vertebra < 23) put(abdomen, i, modulo(z[i]! + discPhase, 36) < 8 ? 85 : vertebra > 19.5 ? 480 : 190);
    if (Math.hypot(side, back - 86) < 9) put(abdomen, i, 35); // spinal canal
    if (side < 6 && back > 94 && back < 118 && body[i]! < 0.97) put(abdomen, i, 420); // spinous process
  }
}

function paintLiver(abdomen: Abdomen, options: PancreasCohortOptions["abdomen"], random: Random, pool: BufferPool): void {
  const { size, cavity } = abdomen;
  const right = drawEllipsoid([-78, -2, 42], [72, 82, 66], options, random);
  const left = drawEllipsoid([-12, -48, 48], [62, 32, 38], options, random);
  const gallbladder = drawEllipsoid([-50, -45, 5], [14, 14, 24], options, random);
  const parenchyma = random.normal(102, 10);
  const surface = noiseField(random.split("surface"), size, 10, pool);
  const vessels = noiseField(random.split("vessels"), size, 16, pool);
  for (const i of cavity) {
    const reach = Math.min(distance(abdomen, i, right), distance(abdomen, i, left)) + 0.05 * surface[i]!;
    if (reach < 1) put(abdomen, i, Math.abs(vessels[i]!) < 0.09 ? parenchyma + 55 : parenchyma);
    if (distance(abdomen, i, gallbladder) < 1) put(abdomen, i, 10);
  }
  pool.give(surface, vessels);
}

function paintSpleen(abdomen: Abdomen, options: PancreasCohortOptions["abdomen"], random: Random, pool: BufferPool): void {
  const spleen = drawEllipsoid([98, 38, 48], [30, 42, 45], options, random);
  const attenuation = random.normal(128, 10);
  const surface = noiseField(random.split("surface"), abdomen.size, 10, pool);
  for (const i of abdomen.cavity) {
    if (distance(abdomen, i, spleen) + 0.05 * surface[i]! < 1) put(abdomen, i, attenuation);
  }
  pool.give(surface);
}

function paintKidneys(abdomen: Abdomen, options: PancreasCohortOptions["abdomen"], random: Random): void {
  for (const side of [-1, 1]) {
    // The right kidney lies lower, under the liver.
    const kidney = drawEllipsoid([side * 68, 42, side < 0 ? -18 : -12], [26, 24, 48], options, random);
    const shift = random.normal(0, 8);
    for (const i of abdomen.cavity) {
      const reach = distance(abdomen, i, kidney);
      if (reach < 1) put(abdomen, i, reach < 0.33 ? -60 : (reach > 0.72 ? 195 : 145) + shift);
    }
  }
}

function paintStomach(abdomen: Abdomen, options: PancreasCohortOptions["abdomen"], random: Random, pool: BufferPool): void {
  const stomach = drawEllipsoid([48, -38, 32], [52, 34, 34], options, random);
  const fluid = random.uniform(5, 45);
  const level = -38 - random.uniform(5, 18);
  const surface = noiseField(random.split("surface"), abdomen.size, 10, pool);
  for (const i of abdomen.cavity) {
    const reach = distance(abdomen, i, stomach) + 0.06 * surface[i]!;
    // The patient lies on the back: air gathers in front of the fluid.
    if (reach < 1) put(abdomen, i, reach >= 0.85 ? 80 : abdomen.y[i]! < level ? -850 : fluid);
  }
  pool.give(surface);
}

function paintGreatVessels(abdomen: Abdomen, random: Random): void {
  const { x, y } = abdomen;
  const aorta = random.normal(205, 25);
  const cava = random.normal(135, 22);
  for (let i = 0; i < x.length; i++) {
    if (Math.hypot(x[i]! - 12, y[i]! - 26) < 10) put(abdomen, i, aorta);
    if (Math.hypot((x[i]! + 22) / 12, (y[i]! - 27) / 10) < 1) put(abdomen, i, cava);
  }
}

function put({ hu, occupied }: Abdomen, voxel: number, value: number): void {
  hu[voxel] = value;
  occupied[voxel] = 1;
}

function drawEllipsoid(centre: Point, radii: Point, { positionMm, radius }: PancreasCohortOptions["abdomen"], random: Random): Ellipsoid {
  return {
    centre: centre.map((mm) => mm + random.normal(0, positionMm)) as unknown as Point,
    radii: radii.map((mm) => mm * Math.exp(random.normal(0, radius))) as unknown as Point,
  };
}

function distance({ x, y, z }: Abdomen, voxel: number, { centre, radii }: Ellipsoid): number {
  const dx = (x[voxel]! - centre[0]) / radii[0];
  const dy = (y[voxel]! - centre[1]) / radii[1];
  const dz = (z[voxel]! - centre[2]) / radii[2];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
