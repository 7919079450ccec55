import { createRandom } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskBorders } from "./mask-borders.js";
import { cropPatchGrid, gridPatchSize, placePatches } from "./patch-grid.js";

/** Every voxel holds its own place, so that a patch tells where it was cut. */
function placeImage(size: readonly number[], channels = 1) {
  const count = size.reduce((product, side) => product * side, channels);
  return { data: Float32Array.from({ length: count }, (_, i) => i), shape: [...size, channels] };
}

describe("cropPatchGrid", () => {
  it("cuts patches first axis slowest and drops the rest", () => {
    const { data, shape } = cropPatchGrid(placeImage([4, 5]), { perSide: 2 });
    expect(shape).toEqual([4, 2, 2, 1]);
    expect([...data]).toEqual([0, 1, 5, 6, 2, 3, 7, 8, 10, 11, 15, 16, 12, 13, 17, 18]);
  });

  it("overlaps by a negative jitter", () => {
    expect(gridPatchSize([8, 8, 9], { perSide: 2, jitter: -2 })).toEqual([5, 5, 5]);
    const { data } = cropPatchGrid(placeImage([6, 6]), { perSide: 2, jitter: -2 });
    expect([...data.slice(0, 4)]).toEqual([0, 1, 2, 3]);
    expect([...data.slice(16, 20)]).toEqual([2, 3, 4, 5]);
  });

  it("puts jittered patches anywhere within their cells, and in the middle without a stream", () => {
    const image = placeImage([9, 9, 9]);
    const grid = { perSide: 3, jitter: 1 };
    const starts = new Set<number>();
    const random = createRandom("jitter");
    for (let i = 0; i < 100; i++) starts.add(cropPatchGrid(image, grid, random).data[0]!);
    expect([...starts].sort((a, b) => a - b)).toEqual([0, 1, 9, 10, 81, 82, 90, 91]);
    expect(cropPatchGrid(image, { perSide: 3, jitter: 2 }).data[0]).toBe(91);
    expect(cropPatchGrid(image, grid).shape).toEqual([27, 2, 2, 2, 1]);
  });

  it("takes oblong images, and jitter leaves what the cells do not cover", () => {
    const grid = { perSide: 3, jitter: 2 };
    expect(gridPatchSize([10, 11, 13], grid)).toEqual([1, 1, 2]);
    const { data } = cropPatchGrid(placeImage([10, 11, 13]), grid);
    // the first patch begins at voxel 1 of every axis, the last at 6 + 1, 6 + 1 and 8 + 1
    expect([...data.slice(0, 2)]).toEqual([1 * 143 + 1 * 13 + 1, 1 * 143 + 1 * 13 + 2]);
    expect([...data.slice(-2)]).toEqual([7 * 143 + 7 * 13 + 9, 7 * 143 + 7 * 13 + 10]);
  });

  it("keeps every patch within its image, whatever the grid", () => {
    const cases = fc.record({
      size: fc.array(fc.integer({ min: 6, max: 12 }), { minLength: 2, maxLength: 3 }),
      perSide: fc.integer({ min: 1, max: 3 }),
      jitter: fc.integer({ min: -3, max: 1 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ size, perSide, jitter, seed }) => {
        const patch = gridPatchSize(size, { perSide, jitter });
        const starts = placePatches(size, { perSide, jitter }, createRandom(seed));
        expect(starts).toHaveLength(perSide ** size.length);
        for (const start of starts) {
          start.forEach((first, axis) => {
            expect(first).toBeGreaterThanOrEqual(0);
            expect(first + patch[axis]!).toBeLessThanOrEqual(size[axis]!);
          });
        }
      }),
    );
  });

  it("refuses a grid that leaves no voxel for a patch", () => {
    expect(() => gridPatchSize([16, 16, 16], { perSide: 3, jitter: 5 })).toThrow(expect.objectContaining({ code: "SSL3D_PATCH_GRID" }));
    expect(() => cropPatchGrid(placeImage([4, 4]), { perSide: 3, jitter: -4 })).toThrow("leaves nothing of a patch");
  });

  it("keeps channels together", () => {
    const { data } = cropPatchGrid(placeImage([2, 2], 3), { perSide: 2 });
    expect([...data]).toEqual([...Array(12).keys()]);
  });
});

describe("maskBorders", () => {
  it("sets an eighth of each side of every image to each channel's mean there", () => {
    const image = { data: Float32Array.from({ length: 2 * 64 * 2 }, (_, i) => 5 + i), shape: [2, 8, 8, 2] };
    const { data, shape } = maskBorders(image, 2);
    expect(shape).toEqual(image.shape);
    // the border lies evenly about the middle, so that its mean is the image's
    for (const [n, mean] of [5 + 63, 5 + 191].entries()) {
      for (const channel of [0, 1]) {
        const values = [...data.subarray(n * 128, n * 128 + 128)].filter((_, i) => i % 2 === channel);
        expect(values.filter((value) => value === mean + channel)).toHaveLength(28);
      }
    }
    expect(data[9 * 2]).toBe(5 + 18);
  });

  it("blanks one voxel at least along every axis of a volume", () => {
    const image = { data: Float32Array.from({ length: 60 }, (_, i) => i), shape: [3, 4, 5, 1] };
    const { data } = maskBorders(image, 3);
    expect([...data].filter((value) => value !== 29.5)).toEqual([26, 27, 28, 31, 32, 33]);
  });

  it("leaves an image whose border is empty as it is", () => {
    const data = Float32Array.from({ length: 64 }, (_, i) => (i === 27 ? -3 : 0.1));
    expect(maskBorders({ data, shape: [8, 8, 1] }, 2).data).toEqual(data);
  });
});
