import type { LabelledCase, Random, Volume } from "@ssl3d/core";
import { extractWindow, padToSize, randomForegroundPatchStart, randomPatchStart } from "@ssl3d/data";
import { labelVolume } from "./labels.js";

/** The same window of an image and of its label volume. */
export interface LabelledPatch {
  readonly image: Volume<Float32Array>;
  readonly truth: Volume;
}

/**
 * Draws a patch of a case: with the probability `foreground` around a labelled voxel (value above 0), else anywhere. Along
 * an axis where the image is shorter than the patch it stands in the middle, with zeros around it.
 */
export function takePatch(
  labelled: LabelledCase,
  patchSize: readonly number[],
  foreground: number,
  random: Random,
): LabelledPatch {
  const image = padToSize(labelled.image, patchSize);
  const truth = padToSize(labelVolume(labelled.truth), patchSize);
  const start = random.chance(foreground)
    ? randomForegroundPatchStart(truth, patchSize, random)
    : randomPatchStart(truth, patchSize, random);
  return { image: extractWindow(image, start, patchSize), truth: extractWindow(truth, start, patchSize) };
}
