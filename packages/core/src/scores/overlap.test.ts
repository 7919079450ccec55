import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy, BRATS_REGIONS, countOverlap, diceOf, diceOfClasses, diceOfRegions, jaccardOf, meanOverlap } from "./overlap.js";

describe("scores of the original", () => {
  interface Case {
    readonly shape: readonly number[];
    readonly labels: number[];
    readonly probabilities: number[];
  }
  const fixtures = new URL("../losses/fixtures/original-losses.json", import.meta.url);
  const cases = JSON.parse(readFileSync(fixtures, "utf8")) as Record<string, Case>;

  function arrays(name: string): [Uint8Array, Uint8Array] {
    const { labels, probabilities, shape } = cases[name] as Case;
    const classes = shape[shape.length - 1] as number;
    const prediction = labels.map((_, i) => {
      const row = probabilities.slice(i * classes, (i + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
    return [Uint8Array.from(labels), Uint8Array.from(prediction)];
  }

  // values that scikit-learn gave the original on these arrays
  it("agree with scikit-learn's", () => {
    expect(meanOverlap(...arrays("c3_random")).dice).toBeCloseTo(0.3375818009357787, 12);
    expect(meanOverlap(...arrays("c3_random")).jaccard).toBeCloseTo(0.2036111111111111, 12);
    expect(meanOverlap(...arrays("c2_2d_random")).dice).toBeCloseTo(0.3939393939393939, 12);
    const classes = diceOfClasses(...arrays("c3_random"), 3);
    [0.3157894736842105, 0.30985915492957744, 0.3870967741935484].forEach((value, k) => {
      expect(classes[k]).toBeCloseTo(value, 12);
    });
    const regions = diceOfRegions(...arrays("c3_random"), BRATS_REGIONS);
    expect(regions.WT).toBeCloseTo(0.6829268292682927, 12);
    expect(regions.TC).toBeCloseTo(0.30985915492957744, 12);
    expect(regions.ET).toBe(1);
  });
});

describe("BraTS regions", () => {
  it("count label 3 and label 4 alike", () => {
    const truth = Uint8Array.of(0, 1, 2, 3, 4);
    expect(countOverlap(truth, Uint8Array.of(0, 1, 2, 4, 3), BRATS_REGIONS.ET)).toEqual({ both: 2, truth: 2, prediction: 2 });
    expect(countOverlap(truth, truth, BRATS_REGIONS.TC).truth).toBe(3);
    expect(countOverlap(truth, truth, BRATS_REGIONS.WT).truth).toBe(4);
  });
});

describe("overlap", () => {
  const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 });

  it("is symmetric, within 0 and 1, and Dice is 2J / (1 + J)", () => {
    fc.assert(
      fc.property(labels, fc.integer(), (a, seed) => {
        const truth = Uint8Array.from(a);
        const prediction = Uint8Array.from(a.map((value, i) => ((seed >> (i % 16)) & 1 ? value : (value + 1) % 5)));
        const overlap = countOverlap(truth, prediction, [1, 2]);
        const [dice, jaccard] = [diceOf(overlap), jaccardOf(overlap)];
        expect(dice).toBe(diceOf(countOverlap(prediction, truth, [1, 2])));
        expect(dice).toBeGreaterThanOrEqual(0);
        expect(dice).toBeLessThanOrEqual(1);
        expect(dice).toBeCloseTo((2 * jaccard) / (1 + jaccard), 12);
        expect(diceOf(countOverlap(truth, truth, [3]))).toBe(1);
      }),
    );
  });

  it("scores empty against empty as 1 and empty against something as 0", () => {
    expect(diceOf({ both: 0, truth: 0, prediction: 0 })).toBe(1);
    expect(diceOf({ both: 0, truth: 0, prediction: 3 })).toBe(0);
  });

  it("refuses arrays of different lengths", () => {
    expect(() => accuracy([1, 2], [1])).toThrow("2 and 1 values");
    expect(() => countOverlap(Uint8Array.of(1), Uint8Array.of(), [1])).toThrow(RangeError);
  });

  it("counts agreement", () => {
    expect(accuracy([0, 1, 2, 3], [0, 1, 1, 3])).toBe(0.75);
  });
});
