import type { VoxelArray } from "../contract/volume.js";

/** How two segmentations overlap in one region, in voxels. */
export interface Overlap {
  readonly both: number;
  readonly truth: number;
  readonly prediction: number;
}

/** The BraTS regions by the labels they unite: 1 necrotic core, 2 oedema, 4 (or 3, where the gap is closed) enhancing tumour. */
export const BRATS_REGIONS: Readonly<Record<"WT" | "TC" | "ET", readonly number[]>> = {
  WT: [1, 2, 3, 4],
  TC: [1, 3, 4],
  ET: [3, 4],
};

/** What the BraTS label values mean. */
export const BRATS_LABELS: Readonly<Record<number, string>> = {
  1: "necrotic and non-enhancing core",
  2: "oedema",
  3: "enhancing tumour",
  4: "enhancing tumour",
};

/** Counts the voxels of the region that unites the labels given, in two label arrays of the same length. */
export function countOverlap(truth: VoxelArray, prediction: VoxelArray, labels: readonly number[]): Overlap {
  checkLengths(truth, prediction);
  const members = new Set(labels);
  let both = 0;
  let inTruth = 0;
  let inPrediction = 0;
  for (let i = 0; i < truth.length; i++) {
    const a = members.has(truth[i] as number);
    const b = members.has(prediction[i] as number);
    if (a) inTruth++;
    if (b) inPrediction++;
    if (a && b) both++;
  }
  return { both, truth: inTruth, prediction: inPrediction };
}

/** Twice the shared voxels over the voxels of the two; 1 where both are empty. */
export function diceOf({ both, truth, prediction }: Overlap): number {
  return truth + prediction === 0 ? 1 : (2 * both) / (truth + prediction);
}

/** The shared voxels over the voxels of their union; 1 where both are empty. */
export function jaccardOf({ both, truth, prediction }: Overlap): number {
  return truth + prediction === 0 ? 1 : both / (truth + prediction - both);
}

/** Dice of each class 0 .. classes - 1 between two label arrays. */
export function diceOfClasses(truth: VoxelArray, prediction: VoxelArray, classes: number): number[] {
  return Array.from({ length: classes }, (_, label) => diceOf(countOverlap(truth, prediction, [label])));
}

/** Dice of named regions, such as {@link BRATS_REGIONS}, between two label arrays. */
export function diceOfRegions<Name extends string>(
  truth: VoxelArray,
  prediction: VoxelArray,
  regions: Readonly<Record<Name, readonly number[]>>,
): Record<Name, number> {
  const scores = Object.entries<readonly number[]>(regions).map(([name, labels]) => {
    return [name, diceOf(countOverlap(truth, prediction, labels))];
  });
  return Object.fromEntries(scores) as Record<Name, number>;
}

/** Mean Dice and Jaccard index over the labels that occur in either array: the original's scores `dice` and `jaccard`. */
export function meanOverlap(truth: VoxelArray, prediction: VoxelArray): { readonly dice: number; readonly jaccard: number } {
  checkLengths(truth, prediction);
  const overlaps = [...new Set([...truth, ...prediction])].map((label) => countOverlap(truth, prediction, [label]));
  const mean = (of: (overlap: Overlap) => number): number => overlaps.reduce((sum, one) => sum + of(one), 0) / overlaps.length;
  return { dice: mean(diceOf), jaccard: mean(jaccardOf) };
}

/** The share of places where two arrays of class numbers agree. */
export function accuracy(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  checkLengths(truth, prediction);
  let agreed = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] === prediction[i]) agreed++;
  return agreed / truth.length;
}

function checkLengths(truth: ArrayLike<number>, prediction: ArrayLike<number>): void {
  if (truth.length === 0 || truth.length !== prediction.length) {
    throw new RangeError(`Expected truth and prediction of one length, received ${truth.length} and ${prediction.length} values.`);
  }
}
