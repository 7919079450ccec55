import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceTransform } from "./distance-transform.js";

function coordinates(at: number, size: number[]): number[] {
  return size.map((length, axis) => Math.floor(at / size.slice(axis + 1).reduce((a, b) => a * b, 1)) % length);
}

function reference(mask: Uint8Array, size: number[], spacing: number[]): number[] {
  const outside = [...mask.keys()].filter((at) => mask[at] === 0).map((at) => coordinates(at, size));
  return [...mask.keys()].map((at) => {
    const here = coordinates(at, size);
    return Math.min(
      ...outside.map((there) => Math.hypot(...there.map((c, axis) => (c - here[axis]!) * spacing[axis]!))),
    );
  });
}

describe("distanceTransform", () => {
  it("finds the nearest voxel outside, at any rank and spacing", () => {
    const size = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        size.chain((lengths) => {
          const voxels = lengths.reduce((a, b) => a * b, 1);
          return fc.tuple(
            fc.constant(lengths),
            fc.array(fc.constantFrom(0.5, 1, 2.9), { minLength: lengths.length, maxLength: lengths.length }),
            fc.array(fc.constantFrom(0, 1, 1, 1, 1), { minLength: voxels, maxLength: voxels }),
          );
        }),
        ([lengths, spacing, inside]) => {
          const mask = Uint8Array.from(inside);
          const distance = distanceTransform(mask, lengths, spacing);
          for (const [at, value] of reference(mask, lengths, spacing).entries()) {
            if (value === Infinity) expect(distance[at]).toBe(Infinity);
            else expect(distance[at]).toBeCloseTo(value, 10);
          }
        },
      ),
    );
  });
});
