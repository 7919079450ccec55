import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreRegion } from "./region-scores.js";
import { hausdorffDistance95, normalisedSurfaceDice, surfaceDistances } from "./surface.js";

interface Case {
  readonly name: string;
  readonly size: number[];
  readonly spacing: number[];
  readonly toleranceMm: number;
  /** One digit a voxel. */
  readonly truth: string;
  readonly prediction: string;
  readonly nsd: number | null;
  readonly hd95Mm: number | null;
}

// values of scipy 1.17 (erosion, distance_transform_edt, percentile); MONAI 1.6 gave the same, in single precision
const cases = JSON.parse(readFileSync(new URL("./fixtures/surface-distances.json", import.meta.url), "utf8")) as Case[];
const maskOf = (digits: string): Uint8Array => Uint8Array.from(digits, Number);

describe("surface scores", () => {
  it.each(cases)("agree with scipy's and MONAI's: $name", ({ size, spacing, toleranceMm, truth, prediction, nsd, hd95Mm }) => {
    const scores = scoreRegion({ voxels: maskOf(truth), size, spacing }, { voxels: maskOf(prediction) }, [1], toleranceMm);
    for (const [actual, expected] of [[scores.nsd, nsd], [scores.hd95Mm, hd95Mm]] as const) {
      if (expected === null) expect(actual).toBeNull();
      else expect(actual).toBeCloseTo(expected, 10);
    }
  });

  it("do not depend on which of the two is the truth, nor on the empty space around them", () => {
    const side = 5;
    const region = fc.array(fc.constantFrom(0, 0, 1), { minLength: side ** 3, maxLength: side ** 3 }).map((values) => Uint8Array.from(values));
    fc.assert(
      fc.property(region, region, fc.constantFrom([1, 1, 1], [3, 0.5, 0.7]), (a, b, spacing) => {
        const size = [side, side, side];
        const measure = (first: Uint8Array, second: Uint8Array, lengths: number[]): unknown[] => {
          const distances = surfaceDistances(first, second, lengths, spacing);
          return [normalisedSurfaceDice(distances, 1), hausdorffDistance95(distances)];
        };
        const direct = measure(a, b, size);
        expect(measure(b, a, size)).toEqual(direct);
        const wide = (mask: Uint8Array): Uint8Array => {
          const result = new Uint8Array((side + 3) ** 3);
          mask.forEach((value, at) => {
            const [z, y, x] = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
            result[((z + 1) * (side + 3) + y + 2) * (side + 3) + x + 1] = value;
          });
          return result;
        };
        expect(measure(wide(a), wide(b), [side + 3, side + 3, side + 3])).toEqual(direct);
        if (a.includes(1)) expect(measure(a, a, size)).toEqual([1, 0]);
      }),
      { numRuns: 40 },
    );
  });
});
