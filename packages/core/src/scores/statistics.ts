import type { Random } from "../random.js";
import { studentQuantile } from "./student.js";

/** A mean with the interval that holds it with the confidence asked for; null where a single value tells nothing of spread. */
export interface Estimate {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, n - 1 in the denominator. */
  readonly standardDeviation: number | null;
  readonly interval: readonly [low: number, high: number] | null;
}

/** The mean of a sample. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Expected at least one value for a mean, received none.");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sample standard deviation (n - 1 in the denominator); null for a single value. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/**
 * Mean, standard deviation and Student's t interval of the mean, cut at the ends of the `range` that values of this kind can have:
 * no mean lies beyond them. `confidence` is between 0 and 1.
 */
export function estimateMean(
  values: readonly number[],
  { confidence = 0.95, range: [lowest, highest] = [-Infinity, Infinity] }: { readonly confidence?: number; readonly range?: readonly [lowest: number, highest: number] } = {},
): Estimate {
  const centre = mean(values);
  const deviation = standardDeviation(values);
  const n = values.length;
  if (deviation === null) return { n, mean: centre, standardDeviation: null, interval: null };
  const reach = (studentQuantile((1 + confidence) / 2, n - 1) * deviation) / Math.sqrt(n);
  return { n, mean: centre, standardDeviation: deviation, interval: [Math.max(lowest, centre - reach), Math.min(highest, centre + reach)] };
}

/** Mean of `values[i] - reference[i]` with its interval: both were measured on the same cases, in the same order. */
export function estimatePairedDifference(values: readonly number[], reference: readonly number[], confidence = 0.95): Estimate {
  if (values.length !== reference.length) {
    throw new RangeError(`Expected pairs, received ${values.length} values and ${reference.length} references.`);
  }
  return estimateMean(values.map((value, index) => value - (reference[index] as number)), { confidence });
}

/** Percentile bootstrap interval of the mean (Efron 1979): makes no assumption of normality. Same stream, same interval. */
export function bootstrapMean(
  values: readonly number[],
  random: Random,
  { confidence = 0.95, resamples = 2000 }: { readonly confidence?: number; readonly resamples?: number } = {},
): Estimate {
  const centre = mean(values);
  const spread = { n: values.length, mean: centre, standardDeviation: standardDeviation(values) };
  if (values.length < 2) return { ...spread, interval: null };
  const means = Array.from({ length: resamples }, () => mean(values.map(() => random.pick(values)))).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { ...spread, interval: [quantile(means, tail), quantile(means, 1 - tail)] };
}

/** Linear interpolation between order statistics. */
function quantile(sorted: readonly number[], fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(position)] as number;
  const high = sorted[Math.ceil(position)] as number;
  return low + (high - low) * (position - Math.floor(position));
}
