import { describe, expect, it } from "vitest";
import { createRandom } from "../random.js";
import { bootstrapMean, estimateMean, estimatePairedDifference, mean, standardDeviation } from "./statistics.js";
import { studentQuantile } from "./student.js";

describe("studentQuantile", () => {
  // published tables of Student's distribution
  it.each([
    [0.975, 1, 12.7062047364],
    [0.975, 2, 4.30265272991],
    [0.975, 5, 2.57058183661],
    [0.975, 23, 2.06865761042],
    [0.975, 1000, 1.96233908],
    [0.95, 10, 1.81246112281],
    [0.995, 4, 4.60409487135],
  ])("at %f with %i degrees of freedom", (probability, degrees, expected) => {
    expect(studentQuantile(probability, degrees)).toBeCloseTo(expected, 7);
    expect(studentQuantile(1 - probability, degrees)).toBeCloseTo(-expected, 7);
  });

  it("refuses what has no quantile", () => {
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
    expect(() => studentQuantile(0.5, 0)).toThrow(RangeError);
  });
});

describe("estimateMean", () => {
  it("follows the textbook", () => {
    const estimate = estimateMean([1, 2, 3, 4, 5]);
    expect(estimate.mean).toBe(3);
    expect(estimate.standardDeviation).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(estimate.interval?.[0]).toBeCloseTo(3 - (2.7764451052 * Math.sqrt(2.5)) / Math.sqrt(5), 8);
    expect(estimate.interval?.[1]).toBeCloseTo(3 + (2.7764451052 * Math.sqrt(2.5)) / Math.sqrt(5), 8);
  });

  it("gives no interval for one value and no mean for none", () => {
    expect(estimateMean([0.7])).toEqual({ n: 1, mean: 0.7, standardDeviation: null, interval: null });
    expect(() => mean([])).toThrow(RangeError);
    expect(standardDeviation([1])).toBeNull();
  });

  it("cuts the interval at the ends of the range, and only there", () => {
    const values = [1, 0.9, 0.4];
    const [low, high] = estimateMean(values).interval!;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(1);
    expect(estimateMean(values, { range: [0, 1] })).toEqual({ ...estimateMean(values), interval: [0, 1] });
    expect(estimateMean(values, { range: [0, Infinity] }).interval).toEqual([0, high]);
    const close = [0.5, 0.51, 0.52];
    expect(estimateMean(close, { range: [0, 1] })).toEqual(estimateMean(close));
  });

  it("holds the true mean as often as it says", () => {
    const random = createRandom("coverage");
    const hits = Array.from({ length: 2000 }, () => {
      const { interval } = estimateMean(Array.from({ length: 5 }, () => random.normal(1, 2)));
      return interval !== null && interval[0] <= 1 && interval[1] >= 1;
    }).filter(Boolean).length;
    expect(hits / 2000).toBeGreaterThan(0.935);
    expect(hits / 2000).toBeLessThan(0.965);
  });
});

describe("estimatePairedDifference", () => {
  it("estimates the mean of the differences", () => {
    expect(estimatePairedDifference([0.5, 0.7, 0.9], [0.4, 0.5, 0.6])).toEqual(estimateMean([0.5 - 0.4, 0.7 - 0.5, 0.9 - 0.6]));
    expect(() => estimatePairedDifference([1], [1, 2])).toThrow("1 values and 2 references");
  });
});

describe("bootstrapMean", () => {
  const values = Array.from({ length: 40 }, (_, i) => Math.sin(i * 1.7) + i / 40);

  it("is close to the t interval of a large sample, and follows its seed", () => {
    const bootstrap = bootstrapMean(values, createRandom(3));
    const student = estimateMean(values);
    expect(bootstrap.mean).toBe(student.mean);
    expect(bootstrap.interval?.[0]).toBeCloseTo(student.interval?.[0] as number, 1);
    expect(bootstrap.interval?.[1]).toBeCloseTo(student.interval?.[1] as number, 1);
    expect(bootstrapMean(values, createRandom(3))).toEqual(bootstrap);
    expect(bootstrapMean(values, createRandom(4)).interval).not.toEqual(bootstrap.interval);
    expect(bootstrapMean([1], createRandom(3)).interval).toBeNull();
  });
});
