import { createRandom, type Random } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { cropAndPad, cutPatches, predictionPatchGrid, shareOf } from "./cut-patches.js";

const counting = (shape: readonly number[]) => {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1);
  return { data, shape };
};

/** A stream whose whole numbers are all the lowest or all the highest in range. */
const always = (integers: "lowest" | "highest", chance = false): Random => ({
  ...createRandom(1),
  integer: (low, high) => (integers === "lowest" ? low : high - 1),
  chance: () => chance,
});

describe("cropAndPad", () => {
  it("keeps the part drawn in the middle of zeros, the odd voxel of room behind", () => {
    expect([...cropAndPad(counting([4, 3, 1]), [3, 1], always("highest")).data]).toEqual([0, 6, 0, 0, 9, 0, 0, 12, 0, 0, 0, 0]);
    expect([...cropAndPad(counting([4, 1]), [2], always("lowest")).data]).toEqual([0, 1, 2, 0]);
  });

  it("leaves an image that it keeps whole as it is", () => {
    const image = counting([3, 4, 5, 2]);
    expect(cropAndPad(image, [3, 4, 5], createRandom(1))).toEqual(image);
  });
});

describe("cutPatches", () => {
  it("flips patches along the first axis before it crops them", () => {
    const image = counting([8, 4, 4, 1]);
    const options = { patchesPerSide: 4, patchCrop: 1, patchFlip: 0.5 };
    const [plain, flipped] = [false, true].map((chance) => cutPatches(image, options, always("lowest", chance)));
    expect(plain!.shape).toEqual([64, 2, 1, 1, 1]);
    expect([...plain!.data.slice(0, 4)]).toEqual([1, 17, 2, 18]);
    expect([...flipped!.data.slice(0, 4)]).toEqual([17, 1, 18, 2]);
    const cropped = cutPatches(image, { ...options, patchCrop: 0.5 }, always("lowest", true));
    expect([...cropped.data.slice(0, 4)]).toEqual([17, 0, 18, 0]);
  });

  it("lets patches of images overlap, those of volumes lie side by side", () => {
    expect(predictionPatchGrid([24, 24], 5)).toEqual({ perSide: 5, jitter: -4 });
    expect(predictionPatchGrid([60, 24], 5)).toEqual({ perSide: 5, jitter: -4 });
    expect(predictionPatchGrid([24, 24, 24], 4)).toEqual({ perSide: 4, jitter: 0 });
  });
});

describe("shareOf", () => {
  it("rounds down, but keeps a voxel", () => {
    expect(shareOf([96, 74, 1], 11 / 12)).toEqual([88, 67, 1]);
  });
});
