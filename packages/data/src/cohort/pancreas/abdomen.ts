import type { Random } from "@ssl3d/core";
import { voxelCount } from "../../volume/volume.js";
import type { BufferPool } from "../fields/buffer-pool.js";
import { noiseField } from "../fields/noise-field.js";
import type { PancreasCohortOptions } from "./pancreas-options.js";

/** A point of the abdomen in mm: x to the patient's left, y to the back, z to the head; the origin is the body's middle. */
export type Point = readonly [number, number, number];

/** An abdomen while it is painted. All arrays hold one value a voxel, in C order of [depth, height, width]. */
export interface Abdomen {
  readonly size: readonly [number, number, number];
  /** Where each voxel lies in the undeformed abdomen, in mm; see {@link Point}. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  /** Distance from the body's axis as a share of the skin's. */
  readonly body: Float32Array;
  /** Attenuation in HU. */
  readonly hu: Float32Array;
  /** The voxels inside the muscle wall. */
  readonly cavity: Uint32Array;
  /** 1 where an organ stands; what comes later must go around it. */
  readonly occupied: Uint8Array;
  readonly truth: Uint8Array;
}

/** HU of what has no organ. */
const AIR = -1000;
const SKIN = 20;
const FAT = -105;
const MESENTERY = -100;
const MUSCLE = 50;
const RIB = 380;

/** Thickness of the muscle wall as a share of the body's radius. */
const WALL = 0.09;

/** Draws a body: its place on the grid, its outline, skin, fat, muscle wall, ribs and the fat between the organs. */
export function drawBody(
  size: readonly [number, number, number],
  fieldOfViewMm: readonly [number, number, number],
  options: PancreasCohortOptions["abdomen"],
  random: Random,
  pool: BufferPool,
): Abdomen {
  const [x, y, z] = warpedPositions(size, fieldOfViewMm, random.uniform(...options.warpMm), random.split("warp"), pool);
  const count = voxelCount(size);
  const body = pool.take(count);
  const hu = pool.take(count);
  const cavity = new Uint32Array(count);
  let inside = 0;

  const halfWidth = 150 * Math.exp(random.normal(0, 0.07));
  const halfDepth = 102 * Math.exp(random.normal(0, 0.08));
  const inner = 1 - random.uniform(...options.fat);
  const ribPhase = random.uniform(0, 28);
  const lowestRib = -40 + random.uniform(-15, 15);
  const texture = noiseField(random.split("mesentery"), size, 20, pool);
  for (let i = 0; i < count; i++) {
    const side = Math.abs(x[i]!);
    const back = y[i]!;
    const reach = (power(side / halfWidth) + power(Math.abs(back) / halfDepth)) ** 0.4;
    body[i] = reach;
    if (reach >= 1) hu[i] = AIR;
    else if (reach > 0.975) hu[i] = SKIN;
    else if (reach >= inner) hu[i] = FAT;
    else if (reach > inner - WALL) {
      const slanted = z[i]! + 0.35 * side + 0.25 * back;
      const rib = Math.abs(modulo(slanted + ribPhase, 28) - 14) < 4.5 && z[i]! > lowestRib && back < 60;
      hu[i] = rib ? RIB : MUSCLE;
    } else {
      hu[i] = MESENTERY + 8 * texture[i]!;
      cavity[inside++] = i;
    }
  }
  pool.give(texture);
  return { size, x, y, z, body, hu, cavity: cavity.slice(0, inside), occupied: new Uint8Array(count), truth: new Uint8Array(count) };
}

/** Gives the arrays back to the pool, but for the image and the truth. */
export function releaseAbdomen({ x, y, z, body }: Abdomen, pool: BufferPool): void {
  pool.give(x, y, z, body);
}

/** A non-negative number to the power of 2.5. */
function power(value: number): number {
  return value * value * Math.sqrt(value);
}

/** The remainder, never negative. */
export function modulo(value: number, period: number): number {
  return value - period * Math.floor(value / period);
}

function warpedPositions(
  size: readonly [number, number, number],
  fieldOfViewMm: readonly [number, number, number],
  strengthMm: number,
  random: Random,
  pool: BufferPool,
): [Float32Array, Float32Array, Float32Array] {
  const [depth, height, width] = size;
  const [perSlice, perRow, perColumn] = fieldOfViewMm.map((mm, axis) => mm / size[axis]!) as [number, number, number];
  const [x, y, z] = ["x", "y", "z"].map((axis) => noiseField(random.split(axis), size, 7, pool)) as [Float32Array, Float32Array, Float32Array];
  for (let k = 0, i = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let l = 0; l < width; l++, i++) {
        // The volume's axes are RAS: width grows to the patient's right, height to the front.
        x[i] = strengthMm * x[i]! - (l - (width - 1) / 2) * perColumn;
        y[i] = strengthMm * y[i]! - (j - (height - 1) / 2) * perRow;
        z[i] = strengthMm * z[i]! + (k - (depth - 1) / 2) * perSlice;
      }
    }
  }
  return [x, y, z];
}
