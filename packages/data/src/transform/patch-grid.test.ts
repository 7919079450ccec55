import { createRandom } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { maskBorders } from "./mask-borders.js";
import { cropPatchGrid, gridPatchSize } from "./patch-grid.js";

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

  it("keeps channels together", () => {
    const { data } = cropPatchGrid(placeImage([2, 2], 3), { perSide: 2 });
    expect([...data]).toEqual([...Array(12).keys()]);
  });
});

describe("maskBorders", () => {
  it("blanks an eighth of each side of every image with its smallest value", () => {
    const image = { data: Float32Array.from({ length: 2 * 64 * 2 }, (_, i) => 5 + i), shape: [2, 8, 8, 2] };
    const { data, shape } = maskBorders(image, 2);
    expect(shape).toEqual(image.shape);
    for (const [n, blank] of [5, 133].entries()) {
      const kept = [...data.subarray(n * 128, n * 128 + 128)].filter((value) => value !== blank);
      expect(kept).toHaveLength(72);
    }
    expect(data[(9 * 2)]).toBe(5 + 18);
  });
});
