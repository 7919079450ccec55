import type { Random, Volume } from "@ssl3d/core";
import { flip, rotateRight } from "@ssl3d/data";
import type { ImageAugmentation } from "./options.js";

/** A change of an image. */
export interface ImageChange {
  /** Counter-clockwise. */
  readonly quarterTurns: number;
  readonly upsideDown: boolean;
  readonly mirrored: boolean;
  /** Intensities are scaled by `factor`, then shifted. */
  readonly factor: number;
  readonly shift: number;
}

/** Draws a change as self-supervised-3d-tasks does for exemplar networks. */
export function drawImageChange(options: ImageAugmentation, random: Random): ImageChange {
  const { quarterTurns, verticalFlipProbability, horizontalFlipProbability, brightness, contrast } = options;
  return {
    quarterTurns: quarterTurns ? random.integer(0, 4) : 0,
    upsideDown: random.chance(verticalFlipProbability),
    mirrored: random.chance(horizontalFlipProbability),
    factor: 1 + random.uniform(-contrast, contrast),
    shift: random.uniform(-brightness, brightness),
  };
}

/** Changes an image, which stays as it is; the result has its size. Where its sides differ, odd quarter turns are left out. */
export function changeImage(image: Volume<Float32Array>, change: ImageChange, range: ImageAugmentation["range"]): Volume<Float32Array> {
  const { quarterTurns, upsideDown, mirrored, factor, shift } = change;
  const turns = image.size[0] === image.size[1] ? quarterTurns : quarterTurns - (quarterTurns % 2);
  const moved = flip(rotateRight(image, [0, 1], turns), [upsideDown, mirrored].flatMap((flipped, axis) => (flipped ? [axis] : [])));
  const [low, high] = limits(image.voxels, range);
  const voxels = moved.voxels.map((value) => Math.min(high, Math.max(low, value * factor + shift)));
  return { ...moved, voxels };
}

function limits(voxels: Float32Array, range: ImageAugmentation["range"]): readonly [number, number] {
  if (range === null) return [-Infinity, Infinity];
  if (range !== "image") return range;
  return [voxels.reduce((low, value) => Math.min(low, value), Infinity), voxels.reduce((high, value) => Math.max(high, value), -Infinity)];
}
