import type { Random, Volume } from "@ssl3d/core";
import { z } from "zod";
import { toFloat32 } from "../volume/volume.js";
import { flip, rotateRight } from "./flip.js";
import { addNoise, applyGamma, scaleContrast, shiftBrightness } from "./intensity.js";
import { rotate } from "./rotate.js";

/** How strongly examples are varied. */
export interface AugmentationOptions {
  readonly flipProbability: number;
  readonly quarterTurnProbability: number;
  readonly rotationDegrees: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly noise: number;
  readonly gamma: number;
}

/** What may be written in a configuration: every field is optional. */
export type AugmentationInput = { readonly [Key in keyof AugmentationOptions]?: AugmentationOptions[Key] | undefined };

const share = z.number().min(0).max(1);
const amount = z.number().min(0);

/** Options of augmentation: the only place of their defaults, units and descriptions. */
export const augmentationOptions: z.ZodType<AugmentationOptions, AugmentationInput> = z.strictObject({
  flipProbability: share.default(0.5).describe("Probability of a mirror image along each axis"),
  quarterTurnProbability: share
    .default(0)
    .describe("Probability of a turn by 90, 180 or 270 degrees in a random plane; the plane's two sides must be of equal length, else it is left out"),
  rotationDegrees: z.number().min(0).max(180).default(10).describe("Largest free rotation about each axis in degrees, either way"),
  brightness: amount.default(0.1).describe("Largest shift of the intensity, in the units of the normalised image"),
  contrast: z.number().min(0).max(0.99).default(0.1).describe("Largest relative change of the contrast about the mean"),
  noise: amount.default(0.05).describe("Largest standard deviation of added noise, in the units of the normalised image"),
  gamma: amount.default(0.1).describe("Largest change of the intensity curve: gamma lies between exp(-g) and exp(g)"),
});

/**
 * Varies an image at random and its labels with it. Each kind of change draws from its own stream, so that switching one off
 * leaves the others as they were. Labels are moved, never blended, and keep their number format.
 */
export function augment(
  image: Volume,
  labels: Volume | undefined,
  options: AugmentationOptions,
  random: Random,
): { image: Volume<Float32Array>; labels: Volume | undefined } {
  let moved: Volume = image;
  let movedLabels = labels;
  const rank = image.size.length;
  const mirrored = random.split("flip");
  const axes = image.size.map((_, axis) => axis).filter(() => mirrored.chance(options.flipProbability));
  if (axes.length > 0) {
    moved = flip(moved, axes);
    movedLabels &&= flip(movedLabels, axes);
  }
  const turned = random.split("quarter-turn");
  if (turned.chance(options.quarterTurnProbability)) {
    const plane = turned.pick<[number, number]>(rank === 2 ? [[0, 1]] : [[0, 1], [0, 2], [1, 2]]);
    const turns = turned.integer(1, 4);
    if (image.size[plane[0]] === image.size[plane[1]]) {
      moved = rotateRight(moved, plane, turns);
      movedLabels &&= rotateRight(movedLabels, plane, turns);
    }
  }
  if (options.rotationDegrees > 0) {
    const rotated = random.split("rotation");
    const angles = Array.from({ length: rank === 2 ? 1 : 3 }, () =>
      rotated.uniform(-options.rotationDegrees, options.rotationDegrees),
    );
    moved = rotate(moved, angles, "linear");
    movedLabels &&= rotate(movedLabels, angles, "nearest");
  }
  return { image: toFloat32(varyIntensity(moved, options, random)), labels: movedLabels };
}

function varyIntensity(image: Volume, options: AugmentationOptions, random: Random): Volume {
  const { brightness, contrast, noise, gamma } = options;
  let result = image;
  if (gamma > 0) result = applyGamma(result, Math.exp(random.split("gamma").uniform(-gamma, gamma)));
  if (contrast > 0) result = scaleContrast(result, 1 + random.split("contrast").uniform(-contrast, contrast));
  if (brightness > 0) result = shiftBrightness(result, random.split("brightness").uniform(-brightness, brightness));
  const noisy = random.split("noise");
  if (noise > 0) result = addNoise(result, noisy.uniform(0, noise), noisy);
  return result;
}
