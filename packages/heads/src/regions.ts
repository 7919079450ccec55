import { BRATS_REGIONS, diceOfRegions, scoreRegion, SURFACE_TOLERANCE_MM } from "@ssl3d/core";
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

/** What can be reported of a region: Dice, Jaccard index, normalised surface Dice, 95 % Hausdorff distance in mm. */
export const MEASURES = ["dice", "jaccard", "nsd", "hd95"] as const;

/** One of {@link MEASURES}. */
export type Measure = (typeof MEASURES)[number];

/** What {@link scoreRegions} reports, besides the regions. */
export interface RegionScoreOptions {
  readonly scores: readonly Measure[];
  /** Tolerance of the normalised surface Dice in mm. */
  readonly toleranceMm: number;
}

const DICE_ONLY: RegionScoreOptions = { scores: ["dice"], toleranceMm: SURFACE_TOLERANCE_MM };

/**
 * Scores each region on the most probable class of every voxel. The Dice has the region's name; the others have theirs
 * behind it: "WT jaccard", "WT nsd", "WT hd95Mm". Both empty give a Dice and Jaccard index of 1; see core's `scoreRegion`
 * for distances of empty regions, which are null.
 *
 * @param probabilities [...size, classes]; the most probable class of a voxel is its prediction
 */
export function scoreRegions(
  probabilities: NumericArray,
  truth: Volume,
  labels: readonly number[],
  regions: Regions,
  { scores, toleranceMm }: RegionScoreOptions = DICE_ONLY,
): Scores {
  const expected = [...truth.size, labels.length].join(", ");
  if (probabilities.shape.join(", ") !== expected) {
    throw new RangeError(`Expected probabilities of shape [${expected}], received [${probabilities.shape.join(", ")}].`);
  }
  classesOf(truth, labels); // refuses labels that are not listed
  const predicted = mostProbable(probabilities).map((winner) => labels[winner]!);
  const named = regionLabels(regions, labels);
  // distances cost far more than counts
  if (scores.every((measure) => measure === "dice")) return diceOfRegions(truth.voxels, predicted, named);
  const entries = Object.entries(named).flatMap(([name, values]) => {
    const { dice, jaccard, nsd, hd95Mm } = scoreRegion(truth, { voxels: predicted }, values, toleranceMm);
    const measured = {
      dice: [name, dice],
      jaccard: [`${name} jaccard`, jaccard],
      nsd: [`${name} nsd`, nsd],
      hd95: [`${name} hd95Mm`, hd95Mm],
    } as const;
    return scores.map((measure) => measured[measure]);
  });
  return Object.fromEntries(entries);
}
