import type { Volume } from "../contract/volume.js";
import { countOverlap, diceOf, jaccardOf } from "./overlap.js";
import { hausdorffDistance95, normalisedSurfaceDice, SURFACE_TOLERANCE_MM, surfaceDistances } from "./surface.js";

/** How well a region was found in one case. Undefined values are null. */
export interface RegionScores {
  /** Both empty give 1. */
  readonly dice: number;
  /** Both empty give 1. */
  readonly jaccard: number;
  /** Normalised surface Dice; null where both are empty. */
  readonly nsd: number | null;
  /** 95 % Hausdorff distance in mm; null where one of the two is empty. */
  readonly hd95Mm: number | null;
  readonly truthVoxels: number;
  readonly predictionVoxels: number;
}

/** A label volume, as far as scores look at it. */
export type LabelGrid = Pick<Volume, "voxels" | "size" | "spacing">;

/** Scores the region that unites the labels given. Truth and prediction lie on one grid; the truth's spacing (mm) counts. */
export function scoreRegion(
  truth: LabelGrid,
  prediction: Pick<LabelGrid, "voxels">,
  labels: readonly number[],
  toleranceMm: number = SURFACE_TOLERANCE_MM,
): RegionScores {
  const overlap = countOverlap(truth.voxels, prediction.voxels, labels);
  const members = new Set(labels);
  const maskOf = ({ voxels }: Pick<LabelGrid, "voxels">): Uint8Array =>
    Uint8Array.from(voxels as ArrayLike<number>, (label) => (members.has(label) ? 1 : 0));
  const distances = surfaceDistances(maskOf(truth), maskOf(prediction), truth.size, truth.spacing);
  return {
    dice: diceOf(overlap),
    jaccard: jaccardOf(overlap),
    nsd: normalisedSurfaceDice(distances, toleranceMm),
    hd95Mm: hausdorffDistance95(distances),
    truthVoxels: overlap.truth,
    predictionVoxels: overlap.prediction,
  };
}
