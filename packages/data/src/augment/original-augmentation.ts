import type { Random, Volume } from "@ssl3d/core";
import { toFloat32 } from "../volume/volume.js";
import { flip } from "./flip.js";
import { rotateInPlane } from "./rotate-in-plane.js";
import { stretchIntensity } from "./stretch-intensity.js";

/** How strongly {@link augmentAsOriginal} varies examples. */
export interface OriginalAugmentation {
  /** Probability of a mirror image along each axis. */
  readonly flipProbability: number;
  /** Probability of a rotation by any angle in one random plane. */
  readonly rotationProbability: number;
  /** Probability of a change of brightness and contrast. */
  readonly intensityProbability: number;
  /** Largest shift of the intensity, in the units of the image. */
  readonly brightness: number;
  /** Largest relative change of the contrast about the mean of the image. */
  readonly contrast: number;
}

const volumes: OriginalAugmentation = {
  flipProbability: 0.5,
  rotationProbability: 0.5,
  intensityProbability: 0.7,
  brightness: 0.125,
  contrast: 0.5,
};

/** What self-supervised-3d-tasks does in fine-tuning to whole volumes, and to patches, which it does not rotate. */
export const ORIGINAL_AUGMENTATIONS: Readonly<Record<"original" | "original-patches", OriginalAugmentation>> = {
  original: volumes,
  "original-patches": { ...volumes, rotationProbability: 0 },
};

/** The planes of two spatial axes, by rank, in the order of self-supervised-3d-tasks. */
export const PLANES: Readonly<Record<2 | 3, readonly (readonly [number, number])[]>> = {
  2: [[0, 1]],
  3: [[0, 1], [1, 2], [0, 2]],
};

/**
 * Varies an image and its labels as self-supervised-3d-tasks does in fine-tuning, and draws in its order: flips, a rotation in
 * voxels in one plane (the image linearly, labels by their nearest voxel, what comes from outside is 0), brightness and contrast.
 */
export function augmentAsOriginal(
  image: Volume,
  labels: Volume | undefined,
  options: OriginalAugmentation,
  random: Random,
): { image: Volume<Float32Array>; labels: Volume | undefined } {
  const { flipProbability, rotationProbability, intensityProbability, brightness, contrast } = options;
  const axes = image.size.map((_, axis) => axis).filter(() => flipProbability > 0 && random.chance(flipProbability));
  let moved: Volume = flip(image, axes);
  let movedLabels = labels && flip(labels, axes);
  if (rotationProbability > 0 && random.chance(rotationProbability)) {
    const planes = PLANES[image.size.length as 2 | 3];
    const plane = planes[random.integer(0, planes.length)]!;
    const degrees = random.uniform(0, 360);
    moved = rotateInPlane(moved, plane, degrees, "linear");
    movedLabels &&= rotateInPlane(movedLabels, plane, degrees, "nearest");
  }
  let result = toFloat32(moved);
  if (intensityProbability > 0 && random.chance(intensityProbability)) {
    const shift = random.uniform(-brightness, brightness);
    result = stretchIntensity(result, shift, random.uniform(1 - contrast, 1 + contrast));
  }
  return { image: result, labels: movedLabels };
}
