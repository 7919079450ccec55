import type { Random, Volume } from "@ssl3d/core";
import { z } from "zod";
import { flip, rotateRight } from "./flip.js";
import { varyIntensity } from "./intensity.js";
import { augmentAsOriginal, ORIGINAL_AUGMENTATIONS } from "./original-augmentation.js";
import { applyRotation, planRotation } from "./rotate.js";

/** How strongly examples are varied. */
export interface AugmentationOptions {
  readonly recipe: "ssl3d" | keyof typeof ORIGINAL_AUGMENTATIONS;
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
  recipe: z
    .enum(["ssl3d", "original", "original-patches"])
    .default("ssl3d")
    .describe("Whose changes: those of the options below, or exactly what self-supervised-3d-tasks does to whole volumes or to patches, whatever they say"),
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
  if (options.recipe !== "ssl3d") return augmentAsOriginal(image, labels, ORIGINAL_AUGMENTATIONS[options.recipe], random);
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
    const plan = planRotation(moved, angles);
    moved = applyRotation(moved, plan, "linear");
    movedLabels &&= applyRotation(movedLabels, plan, "nearest");
  }
  const { brightness, contrast, noise, gamma } = options;
  const noisy = random.split("noise");
  const variation = {
    gamma: Math.exp(random.split("gamma").uniform(-gamma, gamma)),
    contrast: 1 + random.split("contrast").uniform(-contrast, contrast),
    brightness: random.split("brightness").uniform(-brightness, brightness),
    noise: noisy.uniform(0, noise),
  };
  return { image: varyIntensity(moved, variation, noisy), labels: movedLabels };
}
