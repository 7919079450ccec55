import { createRandom } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";
import { noiseField } from "./noise-field.js";

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe("noiseField", () => {
  it.each([[[40, 40]], [[16, 20, 24]]])("has unit standard deviation on a grid of %j", (size) => {
    expect(deviation(noiseField(createRandom(3), size, 7, new BufferPool()))).toBeCloseTo(1, 4);
  });

  it("is the same field at every grid size", () => {
    const coarse = noiseField(createRandom(3), [9, 9, 9], 6, new BufferPool());
    const fine = noiseField(createRandom(3), [17, 17, 17], 6, new BufferPool());
    const ratio = coarse[0]! / fine[0]!;
    for (let z = 0; z < 9; z++) {
      for (let x = 0; x < 9; x++) {
        expect(coarse[(z * 9 + 4) * 9 + x]).toBeCloseTo(ratio * fine[(2 * z * 17 + 8) * 17 + 2 * x]!, 3);
      }
    }
  });

  it("is finer with more cells", () => {
    const step = (cells: number): number => {
      const field = noiseField(createRandom(5), [64, 64], cells, new BufferPool());
      return field.reduce((sum, value, at) => (at % 64 === 0 ? sum : sum + (value - field[at - 1]!) ** 2), 0);
    };
    expect(step(24)).toBeGreaterThan(4 * step(6));
  });

  it("takes its memory from the pool", () => {
    const pool = new BufferPool();
    const first = noiseField(createRandom(1), [8, 8, 8], 5, pool);
    pool.give(first);
    expect(noiseField(createRandom(2), [8, 8, 8], 5, pool)).toBe(first);
  });
});
