import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random.js";
import { effectiveRank } from "./effective-rank.js";
import { standardiseFeatures, type FeatureTable } from "./feature-table.js";
import { classifyByRegression } from "./logistic-regression.js";
import { classifyByNeighbours } from "./nearest-neighbours.js";

describe("effectiveRank", () => {
  it("counts the directions of features that spread evenly", () => {
    // plus and minus the unit vectors of 3 directions among 5 features
    const even = Float32Array.from({ length: 30 }, (_, i) => (i % 5 === Math.floor(i / 10) ? (Math.floor(i / 5) % 2 === 0 ? 1 : -1) : 0));
    expect(effectiveRank(even, 6)).toBeCloseTo(3, 5);
    const line = Float32Array.from({ length: 20 }, (_, i) => Math.floor(i / 4) * [1, -2, 3, 0.5][i % 4]!);
    expect(effectiveRank(line, 5)).toBeCloseTo(1, 5);
    expect(effectiveRank(new Float32Array(20).fill(0.3), 5)).toBe(0);
  });

  it("follows the formula for two known variances", () => {
    const [a, b] = [3, 1];
    const features = Float32Array.of(a, 0, -a, 0, 0, b, 0, -b);
    const share = (a * a) / (a * a + b * b);
    expect(effectiveRank(features, 4)).toBeCloseTo(Math.exp(-share * Math.log(share) - (1 - share) * Math.log(1 - share)), 5);
  });

  it("does not depend on shift or scale and stays within its bounds", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 8 }), fc.integer({ min: 2, max: 12 }), (seed, samples, width) => {
        const random = createRandom(seed);
        const features = Float32Array.from({ length: samples * width }, () => random.normal());
        const rank = effectiveRank(features, samples);
        expect(rank).toBeGreaterThanOrEqual(1 - 1e-6);
        expect(rank).toBeLessThanOrEqual(Math.min(samples - 1, width) + 1e-6);
        expect(effectiveRank(features.map((value) => 3 * value + 5), samples)).toBeCloseTo(rank, 2);
      }),
      { numRuns: 30 },
    );
  });
});

/** Three clouds about corners of a square, in two features and one that is constant. */
function clouds(seed: number, count: number, spread: number): FeatureTable {
  const random = createRandom(seed);
  const classes = Int32Array.from({ length: count }, (_, i) => i % 3);
  const features = Float32Array.from({ length: count * 3 }, (_, i) => {
    const label = classes[Math.floor(i / 3)]!;
    return [100 * ((label === 1 ? 1 : 0) + random.normal(0, spread)), (label === 2 ? 1 : 0) + random.normal(0, spread), 7][i % 3]!;
  });
  return { features, width: 3, classes };
}

describe("classifiers on features", () => {
  const share = (found: Int32Array, truth: Int32Array): number => found.filter((label, i) => label === truth[i]).length / truth.length;

  it("standardises by the training features alone", () => {
    const [training, test] = standardiseFeatures(clouds(1, 60, 0.2), clouds(2, 30, 0.2));
    const column = (table: FeatureTable, at: number): number[] => [...table.features].filter((_, i) => i % 3 === at);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(column(training, 0))).toBeCloseTo(0, 5);
    expect(mean(column(training, 0).map((value) => value * value))).toBeCloseTo(1, 4);
    expect(Math.abs(mean(column(test, 0)))).toBeGreaterThan(1e-3);
    expect(column(test, 2).every((value) => value === 0)).toBe(true);
  });

  it("find classes that lie apart and do no better than chance on noise", () => {
    const [training, test] = standardiseFeatures(clouds(1, 60, 0.15), clouds(2, 90, 0.15));
    expect(share(classifyByNeighbours(training, test.features, 5), test.classes)).toBeGreaterThan(0.95);
    expect(share(classifyByRegression(training, test.features, 3), test.classes)).toBeGreaterThan(0.95);
    const [noise, more] = standardiseFeatures(clouds(3, 60, 100), clouds(4, 300, 100));
    expect(share(classifyByRegression(noise, more.features, 3), more.classes)).toBeLessThan(0.5);
  });

  it("lets neighbours vote, and the nearest decide a tie", () => {
    const training: FeatureTable = { features: Float32Array.of(0, 1, 2, 10), width: 1, classes: Int32Array.of(0, 1, 1, 0) };
    expect([...classifyByNeighbours(training, Float32Array.of(0.1, 9), 3)]).toEqual([1, 1]);
    expect([...classifyByNeighbours(training, Float32Array.of(0.1, 9), 2)]).toEqual([0, 0]);
    expect([...classifyByNeighbours(training, Float32Array.of(9), 99)]).toEqual([0]);
  });
});
