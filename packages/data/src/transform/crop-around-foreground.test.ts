import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { cropAroundForeground } from "./crop-around-foreground.js";

/** 10 pixels whose value is 1 + their place from `first` to `last`, else 0. */
function row(first: number, last: number) {
  const voxels = Float32Array.from({ length: 10 }, (_, i) => (i >= first && i <= last ? i + 1 : 0));
  return createVolume({ voxels, size: [1, 10] });
}

describe("cropAroundForeground", () => {
  it("cuts into a foreground that is larger, and takes in margin around one that is smaller", () => {
    // extent 7 counted by the original: (7 - 4) / 2 - 1 = 0.5 after the first
    expect([...cropAroundForeground(row(1, 8), [1, 4]).voxels]).toEqual([2, 3, 4, 5]);
    // (1 - 4) / 2 - 1 = -2.5 before the first
    expect([...cropAroundForeground(row(5, 6), [1, 4]).voxels]).toEqual([0, 0, 0, 6]);
    expect([...cropAroundForeground(row(0, 1), [1, 4]).voxels]).toEqual([1, 2, 0, 0]);
  });

  it("refuses a block that reaches beyond the end", () => {
    expect(() => cropAroundForeground(row(0, 9), [1, 12])).toThrow(expect.objectContaining({ code: "SSL3D_PATCH_SIZE" }) as Error);
    expect(() => cropAroundForeground(row(9, 9), [1, 6])).toThrow(expect.objectContaining({ code: "SSL3D_PATCH_SIZE" }) as Error);
  });
});
