import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";
import { gaussianBlur } from "./gaussian-blur.js";

/** The same filter from its definition, one axis at a time, one value at a time. */
function reference(values: number[], size: number[], sigma: number[]): number[] {
  return size.reduce((current, length, axis) => {
    const radius = Math.floor(4 * sigma[axis]! + 0.5);
    const inner = size.slice(axis + 1).reduce((a, b) => a * b, 1);
    const weight = (tap: number): number => (radius === 0 ? 1 : Math.exp(-(tap ** 2) / (2 * sigma[axis]! ** 2)));
    return current.map((_, at) => {
      const position = Math.floor(at / inner) % length;
      let sum = 0;
      let total = 0;
      for (let tap = -radius; tap <= radius; tap++) {
        const neighbour = Math.min(length - 1, Math.max(0, position + tap));
        sum += weight(tap) * current[at + (neighbour - position) * inner]!;
        total += weight(tap);
      }
      return sum / total;
    });
  }, values);
}

describe("gaussianBlur", () => {
  it("agrees with its definition at any rank, also where the kernel is longer than the image", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 0.25, 0.55, 1.3)), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.integer({ min: 0, max: 1000 }),
        (axes, salt) => {
          const size = axes.map(([length]) => length);
          const sigma = axes.map(([, width]) => width);
          const values = Array.from({ length: size.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 37 + salt) % 17) - 8);
          const field = Float32Array.from(values);
          gaussianBlur(field, size, sigma, new BufferPool());
          for (const [at, value] of reference(values, size, sigma).entries()) expect(field[at]).toBeCloseTo(value, 4);
        },
      ),
    );
  });
});
