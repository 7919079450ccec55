import { createRandom } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../fields/buffer-pool.js";
import { brainCohortOptions } from "./brain-options.js";
import { anatomyPositions, drawPlacement, type CaseGrid, type Placement } from "./geometry.js";

const grid: CaseGrid = { size: [8, 8, 8], spacing: [4, 4, 4] };
const anatomy = { values: new Float32Array(), size: [20, 30, 40], channels: 4, spacing: [2, 2, 2] };
const still: Placement = {
  linear: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  shift: [0, 0, 0],
  displacement: new Float32Array(3 * 512),
};

describe("anatomyPositions", () => {
  it("puts the grid's centre on the anatomy's and honours both spacings", () => {
    const positions = anatomyPositions(still, grid, anatomy, new BufferPool());
    // the first voxel lies 3.5 voxels of 4 mm before the centre: 7 voxels of 2 mm
    expect([...positions.subarray(0, 3)]).toEqual([9.5 - 7, 14.5 - 7, 19.5 - 7]);
    expect([...positions.subarray(-3)]).toEqual([9.5 + 7, 14.5 + 7, 19.5 + 7]);
  });

  it("applies linear part and shift in (x, y, z)", () => {
    const moved = { ...still, linear: [-1, 0, 0, 0, 0, 2, 0, 1, 0], shift: [2, 4, 6] };
    const [z, y, x] = anatomyPositions(moved, grid, anatomy, new BufferPool());
    // the first voxel is at -14 mm: x' = 14 + 2, y' = 2 * -14 + 4, z' = -14 + 6
    expect([x, y, z]).toEqual([19.5 + 8, 14.5 - 12, 9.5 - 4]);
  });

  it("reads tissue from closer to a bulge's centre, and leaves the centre alone", () => {
    const bulge = { centre: [2, 2, 2] as const, radiusMm: 10, strength: 0.3 };
    const straight = anatomyPositions(still, grid, anatomy, new BufferPool());
    const pushed = anatomyPositions(still, grid, anatomy, new BufferPool(), bulge);
    for (let i = 0; i < 512; i++) {
      const to = (positions: Float32Array): number =>
        Math.hypot(positions[3 * i]! - 10.5, positions[3 * i + 1]! - 15.5, positions[3 * i + 2]! - 20.5);
      const before = to(straight);
      const factor = 1 - 0.3 * Math.exp(-(((2 * before) / 18) ** 2));
      expect(to(pushed)).toBeCloseTo(before * factor, 3);
    }
  });
});

describe("drawPlacement", () => {
  it("stays within the options: volume, shift, and mirrored only where asked", () => {
    const { geometry } = brainCohortOptions.parse({});
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, mirrored) => {
        const options = { ...geometry, flipProbability: mirrored ? 1 : 0 };
        const { linear, shift } = drawPlacement(options, grid, createRandom(seed), new BufferPool());
        const [a, b, c, d, e, f, g, h, i] = linear as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const volume = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
        expect(Math.sign(volume)).toBe(mirrored ? -1 : 1);
        expect(Math.abs(volume)).toBeGreaterThan(1.1 ** -3 - 1e-9);
        expect(Math.abs(volume)).toBeLessThan(0.9 ** -3 + 1e-9);
        for (const mm of shift) expect(Math.abs(mm)).toBeLessThanOrEqual(4);
      }),
      { numRuns: 20 },
    );
  });
});
