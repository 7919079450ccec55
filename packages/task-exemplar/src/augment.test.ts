import { describe, expect, it } from "vitest";
import { createRandom, type Random, type Volume } from "@ssl3d/core";
import { flip, rotateRight } from "@ssl3d/data";
import { createPhantom } from "@ssl3d/testing";
import { changeImage, drawImageChange } from "./augment-image.js";
import { augmentVolume } from "./augment-volume.js";
import { exemplarOptions } from "./options.js";

const { augmentation2d, augmentation3d } = exemplarOptions.parse({});

/** Plays numbers back: fractions for chances, values for the others. */
function scripted(numbers: readonly number[]): Random & { readonly left: number[] } {
  const left = [...numbers];
  const next = (): number => left.shift() ?? Number.NaN;
  return { ...createRandom(0), left, chance: (probability) => next() < probability, uniform: next, integer: next };
}

const volume = (side: number): Volume<Float32Array> => createPhantom({ side, channels: 2 }).image;

describe("augmentVolume", () => {
  it("draws flips, rotations plane by plane, intensity and zoom, in this order", () => {
    const random = scripted([0.4, 0.6, 0.4, 0.4, 0.4, 3, 0.6, 0.6, 0.6, 0.9]);
    const changed = augmentVolume(volume(6), augmentation3d, "linear", random);
    expect(random.left).toEqual([]);
    expect(changed.voxels).toEqual(rotateRight(flip(volume(6), [0, 2]), [0, 1], 3).voxels);
  });

  it("pads what a zoom makes smaller and crops what it makes larger, to the volume's size", () => {
    const ones = { ...volume(10), voxels: new Float32Array(2000).fill(1) };
    const still = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9];
    // 8.5 voxels round to 8 as in Python
    const { voxels, size } = augmentVolume(ones, augmentation3d, "linear", scripted([...still, 0.1, 0.85, 1.2, 1, 0, 2, 0]));
    expect(size).toEqual([10, 10, 10]);
    voxels.forEach((value, at) => expect(value).toBe(at < 200 || at >= 1800 ? 0 : 1));
  });

  it("keeps the size of oblong volumes and leaves the volume as it was", () => {
    const oblong = { ...volume(6), size: [9, 6, 4], voxels: volume(6).voxels };
    const before = oblong.voxels.slice();
    for (let seed = 0; seed < 40; seed++) {
      const changed = augmentVolume(oblong, { ...augmentation3d, zoomProbability: 0.5 }, seed % 2 === 0 ? "linear" : "cubic", createRandom(seed));
      expect(changed.size).toEqual([9, 6, 4]);
      expect(changed.voxels).toHaveLength(432);
      expect(changed.voxels.every(Number.isFinite)).toBe(true);
    }
    expect(oblong.voxels).toEqual(before);
  });

  it("changes nothing where every probability is 0", () => {
    const never = { ...augmentation3d, flipProbability: 0, rotationProbability: 0, intensityProbability: 0, zoomProbability: 0 };
    const random = scripted([]);
    expect(augmentVolume(volume(6), never, "cubic", random).voxels).toEqual(volume(6).voxels);
  });
});

describe("changeImage", () => {
  const image: Volume<Float32Array> = { id: "image", voxels: Float32Array.of(0, 0.2, 0.4, 0.8), size: [2, 2], channels: 1, spacing: [1, 1], affine: [] };
  const unchanged = { quarterTurns: 0, upsideDown: false, mirrored: false, factor: 1, shift: 0 };
  const values = (change: object, range: "image" | null | readonly [number, number] = null): number[] =>
    Array.from(changeImage({ ...image, affine: Array<number>(16).fill(0) }, { ...unchanged, ...change }, range).voxels, (value) => Number(value.toFixed(4)));

  it("turns counter-clockwise, then flips", () => {
    expect(values({ quarterTurns: 1 })).toEqual([0.2, 0.8, 0, 0.4]);
    expect(values({ upsideDown: true })).toEqual([0.4, 0.8, 0, 0.2]);
    expect(values({ mirrored: true })).toEqual([0.2, 0, 0.8, 0.4]);
    expect(values({ quarterTurns: 1, mirrored: true })).toEqual([0.8, 0.2, 0.4, 0]);
  });

  it("scales, shifts and clips to the range asked for", () => {
    expect(values({ factor: 1.5, shift: -0.1 })).toEqual([-0.1, 0.2, 0.5, 1.1]);
    expect(values({ factor: 1.5, shift: -0.1 }, [0, 1])).toEqual([0, 0.2, 0.5, 1]);
    expect(values({ factor: 1.5, shift: -0.1 }, "image")).toEqual([0, 0.2, 0.5, 0.8]);
  });

  it("draws every change within its range", () => {
    const drawn = Array.from({ length: 300 }, (_, seed) => drawImageChange(augmentation2d, createRandom(seed)));
    expect(new Set(drawn.map(({ quarterTurns }) => quarterTurns))).toEqual(new Set([0, 1, 2, 3]));
    for (const { factor, shift } of drawn) {
      expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.2);
      expect(Math.abs(shift)).toBeLessThanOrEqual(0.2);
    }
    const share = drawn.filter(({ mirrored }) => mirrored).length / 300;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
  });
});
