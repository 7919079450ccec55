import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTrilinear } from "./trilinear.js";

const size = [3, 4, 5];
const linear = (z: number, y: number, x: number, channel: number): number => 2 * z - y + 3 * x + 10 * channel;
const values = new Float32Array(3 * 4 * 5 * 2);
for (let z = 0, i = 0; z < 3; z++) {
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 5; x++) for (let channel = 0; channel < 2; channel++) values[i++] = linear(z, y, x, channel);
}
const grid = { values, size, channels: 2 };

function sample(position: number[], outside: "zero" | "nearest"): number[] {
  const out = new Float32Array(2);
  sampleTrilinear(grid, Float32Array.from(position), out, outside);
  return [...out];
}

describe("sampleTrilinear", () => {
  it("reproduces a linear function between voxels and reads the nearest voxel or 0 outside", () => {
    const position = fc.tuple(...[3, 4, 5].map((n) => fc.double({ min: -2, max: n + 1, noNaN: true })));
    fc.assert(
      fc.property(position, (at) => {
        const [z, y, x] = at.map(Math.fround) as [number, number, number];
        const [cz, cy, cx] = [z, y, x].map((c, axis) => Math.min(size[axis]! - 1, Math.max(0, c))) as [
          number,
          number,
          number,
        ];
        const inside = z === cz && y === cy && x === cx;
        for (const channel of [0, 1]) {
          expect(sample(at, "nearest")[channel]).toBeCloseTo(linear(cz, cy, cx, channel), 3);
          expect(sample(at, "zero")[channel]).toBeCloseTo(inside ? linear(z, y, x, channel) : 0, 3);
        }
      }),
    );
  });

  it("interpolates products of coordinates within a cell", () => {
    const cell = { values: Float32Array.from([0, 0, 0, 0, 0, 0, 0, 1]), size: [2, 2, 2], channels: 1 };
    const out = new Float32Array(1);
    sampleTrilinear(cell, Float32Array.from([0.5, 0.25, 0.75]), out, "zero");
    expect(out[0]).toBeCloseTo(0.5 * 0.25 * 0.75, 6);
  });

  it("takes an image as a volume of depth 1", () => {
    const out = new Float32Array(1);
    sampleTrilinear(
      { values: Float32Array.from([0, 1, 2, 3]), size: [1, 2, 2], channels: 1 },
      Float32Array.from([0, 0.5, 0.5]),
      out,
      "zero",
    );
    expect(out[0]).toBeCloseTo(1.5, 6);
  });
});
