import type { NumericArray, Scores, Volume } from "@ssl3d/core";
import { classesOf } from "./labels.js";
import { mostProbable } from "./predict-volume.js";

/** What is scored: every label but the first by itself, the BraTS regions, or named regions and the labels they unite. */
export type Regions = "labels" | "brats" | Readonly<Record<string, readonly number[]>>;

/**
 * Whole tumour, tumour core and enhancing tumour. The enhancing tumour is label 4 in BraTS' files and 3 in those that
 * close the gap; 1 is the necrotic core, 2 the oedema.
 */
const BRATS: Readonly<Record<string, readonly number[]>> = { WT: [1, 2, 3, 4], TC: [1, 3, 4], ET: [3, 4] };

/** The label values that make up each region, by the region's name. */
export function regionLabels(regions: Regions, labels: readonly number[]): Readonly<Record<string, readonly number[]>> {
  if (regions === "brats") return BRATS;
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
  const classes = labels.length;
  const predicted = mostProbable(probabilities);
  const actual = classesOf(truth, labels);
  if (probabilities.shape.at(-1) !== classes || predicted.length !== actual.length) {
    const expected = [...truth.size, classes].join(", ");
    throw new RangeError(`Expected probabilities of shape [${expected}], received [${probabilities.shape.join(", ")}].`);
  }
  const table = new Float64Array(classes * classes);
  for (let i = 0; i < actual.length; i++) table[actual[i]! * classes + predicted[i]!]!++;

  const count = (included: (actual: number, predicted: number) => boolean): number =>
    table.reduce((sum, n, cell) => (included(Math.floor(cell / classes), cell % classes) ? sum + n : sum), 0);
  return Object.fromEntries(
    Object.entries(regionLabels(regions, labels)).map(([name, members]) => {
      const belongs = labels.map((label) => members.includes(label));
      const both = count((a, p) => belongs[a]! && belongs[p]!);
      const sum = count((a) => belongs[a]!) + count((_, p) => belongs[p]!);
      return [name, sum === 0 ? 1 : (2 * both) / sum];
    }),
  );
}
