/** What scores measure, by their titles in reports. */
export const MEASURE_TITLES = {
  dice: "Dice",
  jaccard: "Jaccard index",
  nsd: "Normalised surface Dice",
  hd95Mm: "95 % Hausdorff distance in mm",
  accuracy: "Accuracy",
  logLoss: "Log loss",
  gradeError: "Error in grades",
  meanAbsoluteError: "Mean absolute error",
} as const;

/** One of {@link MEASURE_TITLES}. */
export type MeasureName = keyof typeof MEASURE_TITLES;

/** What a score measures: the last word of its name where that is a measure; a region's bare name is its Dice. */
export function measureOf(name: string): MeasureName {
  const last = name.slice(name.lastIndexOf(" ") + 1);
  return last in MEASURE_TITLES ? (last as MeasureName) : "dice";
}
