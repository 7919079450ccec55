import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "@ssl3d/core";
import { cutWindow } from "./cut-window.js";
import { drawPatch } from "./draw-patch.js";

const boxes = fc.constantFrom(2, 3).chain((rank) => {
  const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: rank, maxLength: rank });
  const starts = fc.array(fc.integer({ min: -3, max: 7 }), { minLength: rank, maxLength: rank });
  return fc.record({ size: lengths, patchSize: lengths, starts, channels: fc.integer({ min: 1, max: 3 }) });
});

/** All positions of a box, in C order. */
function positions(size: readonly number[]): number[][] {
  return size.reduce<number[][]>(
    (all, length) => all.flatMap((head) => Array.from({ length }, (_, i) => [...head, i])),
    [[]],
  );
}

describe("cutWindow", () => {
  it("copies what lies inside and leaves zeros outside", () => {
    fc.assert(
      fc.property(boxes, ({ size, patchSize, starts, channels }) => {
        const voxels = Int16Array.from({ length: size.reduce((a, b) => a * b, channels) }, (_, i) => i + 1);
        const expected = positions(patchSize).flatMap((position) => {
          const at = position.map((p, axis) => p + starts[axis]!);
          const inside = at.every((p, axis) => p >= 0 && p < size[axis]!);
          const index = at.reduce((sum, p, axis) => sum * size[axis]! + p, 0);
          return Array.from({ length: channels }, (_, channel) => (inside ? index * channels + channel + 1 : 0));
        });
        expect([...cutWindow({ voxels, size, channels }, starts, patchSize)]).toEqual(expected);
      }),
    );
  });
});

describe("drawPatch", () => {
  it("stays inside the image, or holds all of it", () => {
    fc.assert(
      fc.property(boxes, fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), ({ size, patchSize }, seed, foreground) => {
        const classes = new Uint8Array(size.reduce((a, b) => a * b, 1)).fill(1);
        drawPatch({ size, patchSize, classes, foreground }, createRandom(seed)).forEach((start, axis) => {
          const free = size[axis]! - patchSize[axis]!;
          expect(start).toBeGreaterThanOrEqual(Math.min(0, Math.floor(free / 2)));
          expect(start).toBeLessThanOrEqual(Math.max(0, free));
        });
      }),
    );
  });

  it("reaches every start, also the last", () => {
    const random = createRandom(1);
    const draw = { size: [5, 3], patchSize: [3, 3], classes: new Uint8Array(15), foreground: 0 };
    const starts = new Set(Array.from({ length: 60 }, () => drawPatch(draw, random)[0]));
    expect([...starts].sort()).toEqual([0, 1, 2]);
  });

  it("shows each class equally often where the foreground is asked for", () => {
    const size = [20, 20];
    const classes = new Uint8Array(400);
    classes.fill(1, 0, 100);
    classes[399] = 2;
    const random = createRandom(2);
    let rare = 0;
    for (let i = 0; i < 400; i++) {
      const starts = drawPatch({ size, patchSize: [4, 4], classes, foreground: 1 }, random);
      const patch = cutWindow({ voxels: classes, size, channels: 1 }, starts, [4, 4]);
      expect(patch.some((found) => found > 0)).toBe(true);
      if (patch.includes(2)) rare++;
    }
    expect(rare).toBeGreaterThan(150);
    expect(rare).toBeLessThan(250);
  });
});
