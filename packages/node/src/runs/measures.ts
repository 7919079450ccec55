import { estimateMean, type Estimate } from "@ssl3d/core";

/** A kind of score: its title in reports and the range of its values. */
interface Measure {
  readonly title: string;
  readonly range: readonly [lowest: number, highest: number];
}

const SHARE = [0, 1] as const;
const POSITIVE = [0, Infinity] as const;

/** What a score measures. */
export type MeasureName = "dice" | "jaccard" | "nsd" | "hd95Mm" | "accuracy" | "logLoss" | "gradeError" | "meanAbsoluteError";

/** Title and range of each measure. */
export const MEASURES: Readonly<Record<MeasureName, Measure>> = {
  dice: { title: "Dice", range: SHARE },
  jaccard: { title: "Jaccard index", range: SHARE },
  nsd: { title: "Normalised surface Dice", range: SHARE },
  hd95Mm: { title: "95 % Hausdorff distance in mm", range: POSITIVE },
  accuracy: { title: "Accuracy", range: SHARE },
  logLoss: { title: "Log loss", range: POSITIVE },
  gradeError: { title: "Error in grades", range: POSITIVE },
  meanAbsoluteError: { title: "Mean absolute error", range: POSITIVE },
};

/** What a score measures: the last word of its name where that is a measure; a region's bare name is its Dice. */
export function measureOf(name: string): MeasureName {
  const last = name.slice(name.lastIndexOf(" ") + 1);
  return last in MEASURES ? (last as MeasureName) : "dice";
}

/** Mean and interval of a score over cases. A head of somebody else's may name otherwise what is no Dice: then nothing is known of its range. */
export function estimateScore(name: string, values: readonly number[]): Estimate {
  const { range } = MEASURES[measureOf(name)];
  const fits = values.every((value) => value >= range[0] && value <= range[1]);
  return estimateMean(values, fits ? { range } : {});
}
