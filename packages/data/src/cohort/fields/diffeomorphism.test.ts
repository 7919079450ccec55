import { createRandom } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";
import { integrateVelocity } from "./diffeomorphism.js";
import { noiseField } from "./noise-field.js";

const size = [12, 12, 12];
const spacing = [3, 3, 3];

describe("integrateVelocity", () => {
  it("leaves a constant velocity as it is", () => {
    const field = new Float32Array(3 * 12 ** 3).map((_, i) => [1, -2, 0.5][i % 3]!);
    integrateVelocity(field, size, spacing, 4, new BufferPool());
    for (let i = 0; i < field.length; i++) expect(field[i]).toBeCloseTo([1, -2, 0.5][i % 3]!, 4);
  });

  it("turns a velocity proportional to position into a scaling by (1 + a/16)^16", () => {
    // v(x) = -a x shrinks towards the centre, so no position leaves the grid
    const a = 0.3;
    const field = new Float32Array(3 * 12 ** 3);
    for (let x = 0; x < 12; x++)
      for (let line = 0; line < 144; line++) field[3 * (line * 12 + x) + 2] = -a * (x - 5.5) * 3;
    integrateVelocity(field, size, spacing, 4, new BufferPool());
    for (let x = 0; x < 12; x++) expect(field[3 * x + 2]).toBeCloseTo(((1 - a / 16) ** 16 - 1) * (x - 5.5) * 3, 3);
  });

  it("does not fold a rough velocity that would fold as a displacement", () => {
    const pool = new BufferPool();
    const noise = noiseField(createRandom(1), size, 7, pool);
    const field = new Float32Array(3 * 12 ** 3);
    for (let i = 0; i < noise.length; i++) field[3 * i + 2] = 4 * noise[i]!;
    const smallestStep = (displacement: Float32Array): number => {
      let least = Infinity;
      for (let i = 0; i < noise.length; i++) {
        if (i % 12 < 11) least = Math.min(least, 3 + displacement[3 * i + 5]! - displacement[3 * i + 2]!);
      }
      return least;
    };
    expect(smallestStep(field)).toBeLessThan(0);
    integrateVelocity(field, size, spacing, 6, pool);
    expect(smallestStep(field)).toBeGreaterThan(0);
  });
});
