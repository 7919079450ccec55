import type { Random, Volume } from "@ssl3d/core";
import { extractWindow, flip, padToSize, PLANES, rotateInPlane, rotateRight, stretchIntensity, toFloat32, zoom } from "@ssl3d/data";
import type { VolumeAugmentation } from "./options.js";

/**
 * Changes a volume at random as self-supervised-3d-tasks does for exemplar networks, and draws in its order: flips, rotations in each plane,
 * brightness and contrast, zoom with a random crop back to the size. The volume stays as it is; the result has its size.
 */
export function augmentVolume(
  volume: Volume<Float32Array>,
  options: VolumeAugmentation,
  interpolation: "linear" | "cubic",
  random: Random,
): Volume<Float32Array> {
  const happens = (probability: number): boolean => probability > 0 && random.chance(probability);
  let result = flip(volume, volume.size.map((_, axis) => axis).filter(() => happens(options.flipProbability)));
  for (const plane of PLANES[3]) {
    if (!happens(options.rotationProbability)) continue;
    if (happens(options.quarterTurnShare)) {
      const turns = random.integer(0, 4);
      // odd turns would change the size of a volume whose sides differ
      const possible = volume.size[plane[0]] === volume.size[plane[1]] ? turns : turns - (turns % 2);
      if (possible > 0) result = rotateRight(result, plane, possible);
    } else {
      result = toFloat32(rotateInPlane(result, plane, random.uniform(0, 360), interpolation));
    }
  }
  if (happens(options.intensityProbability)) {
    const shift = random.uniform(-options.brightness, options.brightness);
    result = stretchIntensity(result, shift, random.uniform(1 - options.contrast, 1 + options.contrast));
  }
  if (happens(options.zoomProbability)) {
    const size = result.size.map((length) => roundHalfToEven(length * random.uniform(1 - options.zoom, 1 + options.zoom)));
    result = cropAtRandom(zoom(result, size.map((length) => Math.max(1, length)), interpolation), volume.size, random);
  }
  return result;
}

/** Pads with 0 around the centre where a volume is smaller than `size`, and cuts a random window of that size out of it. */
function cropAtRandom(volume: Volume<Float32Array>, size: readonly number[], random: Random): Volume<Float32Array> {
  const padded = padToSize(volume, size);
  const start = size.map((length, axis) => random.integer(0, padded.size[axis]! - length + 1));
  return extractWindow(padded, start, size);
}

/** Python's rounding, which decides the size of a zoomed volume. */
function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
