import { BRATS_REGIONS, diceOfRegions } from "@ssl3d/core";
import type { NumericArray, Scores, Volume } from "@ssl3d/core";
import { classesOf } from "./labels.js";
import { mostProbable } from "./predict-volume.js";

/** What is scored: every label but the first by itself, the BraTS regions, or named regions and the labels they unite. */
export type Regions = "labels" | "brats" | Readonly<Record<string, readonly number[]>>;

/** The label values that make up each region, by the region's name. */
export function regionLabels(regions: Regions, labels: readonly number[]): Readonly<Record<string, readonly number[]>> {
  if (regions === "brats") return BRATS_REGIONS;
  if (regions === "labels") return Object.fromEntries(labels.slice(1).map((label) => [String(label), [label]]));
  return regions;
}

/**
 * Dice of each region: twice the voxels in both prediction and truth, over the voxels of the two. Both empty give 1.
 *
 * @param probabilities [...size, classes]; the most probable class of a voxel is its prediction
 */
export function scoreRegions(
  probabilities: NumericArray,
  truth: Volume,
  labels: readonly number[],
  regions: Regions,
): Scores {
  const expected = [...truth.size, labels.length].join(", ");
  if (probabilities.shape.join(", ") !== expected) {
    throw new RangeError(`Expected probabilities of shape [${expected}], received [${probabilities.shape.join(", ")}].`);
  }
  classesOf(truth, labels); // refuses labels that are not listed
  const predicted = mostProbable(probabilities).map((winner) => labels[winner]!);
  return diceOfRegions(truth.voxels, predicted, regionLabels(regions, labels));
}
