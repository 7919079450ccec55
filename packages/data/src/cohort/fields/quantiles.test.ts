import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantiles } from "./quantiles.js";

describe("quantiles", () => {
  it("agree with numpy.quantile", () => {
    const values = Float32Array.from([3, 1, 4, 1, 5, 9, 2, 6]);
    const expected = [1, 1, 2.1, 3.5, 8.895, 9];
    for (const [at, value] of quantiles(values, [0, 0.005, 0.3, 0.5, 0.995, 1]).entries())
      expect(value).toBeCloseTo(expected[at]!, 6);
  });

  it("agree with sorting for any float32, and leave the values as they were", () => {
    const number = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (numbers, fraction) => {
        const values = Float32Array.from([Infinity, ...numbers]).subarray(1);
        const before = values.slice();
        const sorted = values.slice().sort();
        const position = fraction * (sorted.length - 1);
        const below = sorted[Math.floor(position)]!;
        const above = sorted[Math.min(Math.floor(position) + 1, sorted.length - 1)]!;
        expect(quantiles(values, [fraction])).toEqual([below + (position - Math.floor(position)) * (above - below)]);
        expect(values).toEqual(before);
      }),
    );
  });
});
