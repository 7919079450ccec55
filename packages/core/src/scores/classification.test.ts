import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaUnderRoc, macroAreaUnderRoc } from "./auroc.js";
import { balancedAccuracy, confusionMatrix, quadraticWeightedKappa } from "./confusion.js";
import { decodeGrade, encodeGrade } from "./ordinal.js";
import { accuracy } from "./overlap.js";

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly truth: number[];
  readonly probabilities: number[];
  readonly confusion: number[][];
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly kappa: number;
  readonly auroc: number;
}

// values of scikit-learn 1.9; probabilities of one decimal, so that there are ties
const cases = JSON.parse(readFileSync(new URL("./fixtures/classification.json", import.meta.url), "utf8")) as Case[];

describe("scores of classes", () => {
  it.each(cases)("agree with scikit-learn's: $name", (one) => {
    const { classes, truth, probabilities } = one;
    const prediction = truth.map((_, i) => {
      const row = probabilities.slice(i * classes, (i + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
    const matrix = confusionMatrix(truth, prediction, classes);
    expect(matrix).toEqual(one.confusion);
    expect(accuracy(truth, prediction)).toBeCloseTo(one.accuracy, 12);
    expect(balancedAccuracy(matrix)).toBeCloseTo(one.balancedAccuracy, 12);
    expect(quadraticWeightedKappa(matrix)).toBeCloseTo(one.kappa, 12);
    expect(macroAreaUnderRoc(truth, probabilities, classes)).toBeCloseTo(one.auroc, 12);
  });

  it("are null where they are not defined", () => {
    expect(balancedAccuracy(confusionMatrix([], [], 3))).toBeNull();
    expect(quadraticWeightedKappa(confusionMatrix([], [], 3))).toBeNull();
    expect(quadraticWeightedKappa(confusionMatrix([2, 2], [2, 2], 5))).toBeNull();
    expect(areaUnderRoc([1, 1], [0.2, 0.3])).toBeNull();
    expect(macroAreaUnderRoc([0, 0], [1, 0, 1, 0], 2)).toBeNull();
  });

  it("refuse classes beyond those named and arrays of different lengths", () => {
    expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow("from 0 to 2, received 3 as truth");
    expect(() => confusionMatrix([0], [-1], 3)).toThrow("-1 as prediction");
    expect(() => confusionMatrix([0], [], 3)).toThrow(RangeError);
    expect(() => areaUnderRoc([1], [])).toThrow(RangeError);
  });
});

describe("areaUnderRoc", () => {
  it("is how often a positive case lies above a negative one, ties counting half", () => {
    const row = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const above = rows.filter(([positive]) => positive);
        const below = rows.filter(([positive]) => !positive);
        const wins = above.flatMap(([, a]) => below.map(([, b]): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        const expected = wins.length === 0 ? null : wins.reduce((sum, win) => sum + win, 0) / wins.length;
        const actual = areaUnderRoc(rows.map(([positive]) => positive), rows.map(([, value]) => value));
        if (expected === null) expect(actual).toBeNull();
        else expect(actual).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe("grades", () => {
  it("come back from their answers", () => {
    for (const grades of [2, 5, 7]) {
      for (let grade = 0; grade < grades; grade++) expect(decodeGrade(encodeGrade(grade, grades))).toBe(grade);
    }
    expect([...encodeGrade(2, 5)]).toEqual([1, 1, 1, 0, 0]);
  });

  it("are 0 where no answer is a yes, or -1 as in the original; an answer on the threshold is none", () => {
    expect(decodeGrade([0.5, 0.5, 0.1])).toBe(0);
    expect(decodeGrade([0.5, 0.5, 0.1], { none: -1 })).toBe(-1);
    expect(decodeGrade([0.9, 0.1, 0.9])).toBe(1);
    expect(decodeGrade([0.5, 0.5, 0.1], { threshold: 0.4 })).toBe(1);
  });
});
