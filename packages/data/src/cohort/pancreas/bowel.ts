import type { Random } from "@ssl3d/core";
import type { BufferPool } from "../fields/buffer-pool.js";
import type { Abdomen, Point } from "./abdomen.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";
import { pointDistance } from "./point-distance.js";

const WALL_HU = 85;
const WALL_MM = 3.5;
const GAS_HU = -750;

/** Paints bowel loops into the fat between the organs and around the pancreas: bent tubes filled with fluid or gas. */
export function paintBowel(
  abdomen: Abdomen,
  pancreas: Uint8Array,
  options: PancreasCohortOptions["abdomen"],
  random: Random,
  pool: BufferPool,
): void {
  const { hu, cavity, occupied } = abdomen;
  const [fewest, most] = options.bowelLoops;
  const loops = random.integer(fewest, most + 1);
  for (let loop = 0; loop < loops; loop++) {
    const stream = random.split(loop);
    const distance = pointDistance(abdomen, drawArc(stream), pool);
    const radius = stream.uniform(9, 17);
    const content = stream.chance(options.bowelGasProbability) ? GAS_HU : stream.uniform(10, 50);
    for (const i of cavity) {
      if (distance[i]! >= radius || occupied[i] === 1 || pancreas[i] === 1 || hu[i]! >= 0) continue;
      hu[i] = distance[i]! < radius - WALL_MM ? content : WALL_HU;
    }
    pool.give(distance);
  }
}

function drawArc(random: Random): Point[] {
  const centre: Point = [random.uniform(-95, 95), random.uniform(-75, 10), random.uniform(-96, 8)];
  const along = direction(random);
  const aside = unit(cross(along, direction(random)));
  const length = random.uniform(20, 45);
  return Array.from({ length: 9 }, (_, step): Point => {
    const t = -1 + step / 4;
    const at = (axis: 0 | 1 | 2): number => centre[axis] + length * (t * along[axis] + 0.5 * Math.cos(2.2 * t) * aside[axis]);
    return [at(0), at(1), at(2)];
  });
}

function direction(random: Random): Point {
  return unit([random.normal(), random.normal(), random.normal()]);
}

function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function cross([ax, ay, az]: Point, [bx, by, bz]: Point): Point {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}
