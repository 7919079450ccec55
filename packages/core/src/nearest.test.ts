import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "./nearest.js";

const word = fc.string({ maxLength: 8 });

describe("editDistance", () => {
  it("counts edits", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("", "abc")).toBe(3);
  });

  it("is a metric", () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe("nearest", () => {
  it("offers close words only, the closest first", () => {
    expect(nearest("learnigRate", ["batchSize", "learningRate", "learningRates"])).toEqual(["learningRate", "learningRates"]);
    expect(nearest("colour", ["batchSize", "seed"])).toEqual([]);
  });
});
