import { createRandom, type Volume } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invertAffine, toWorld } from "../volume/affine.js";
import { createVolume, voxelCount } from "../volume/volume.js";
import { augment, augmentationOptions } from "./augment.js";
import { flip, rotateRight } from "./flip.js";
import { varyIntensity } from "./intensity.js";
import { rotate } from "./rotate.js";

const numbered = (size: number[], channels = 1): Volume<Float32Array> =>
  createVolume({ voxels: Float32Array.from({ length: voxelCount(size) * channels }, (_, at) => at), size, channels });

describe("flip and rotateRight", () => {
  it("turn an image as numpy.flip and numpy.rot90 do", () => {
    const image = numbered([2, 3]); // [[0, 1, 2], [3, 4, 5]]
    expect([...flip(image, [1]).voxels]).toEqual([2, 1, 0, 5, 4, 3]);
    expect([...flip(image, [0]).voxels]).toEqual([3, 4, 5, 0, 1, 2]);
    expect([...rotateRight(image, [0, 1], 1).voxels]).toEqual([2, 5, 1, 4, 0, 3]);
    expect(rotateRight(image, [0, 1], 1).size).toEqual([3, 2]);
    expect([...rotateRight(image, [0, 1], 2).voxels]).toEqual([5, 4, 3, 2, 1, 0]);
    expect([...rotateRight(image, [0, 1], -1).voxels]).toEqual([3, 0, 4, 1, 5, 2]);
  });

  it("come back after two flips or four turns, affine included", () => {
    const volume = numbered([2, 3, 4], 2);
    const plane = fc.constantFrom<[number, number]>([0, 1], [0, 2], [1, 2], [2, 0]);
    fc.assert(
      fc.property(plane, fc.integer({ min: -5, max: 5 }), fc.subarray([0, 1, 2]), (axes, turns, flipped) => {
        const turned = rotateRight(volume, axes, turns);
        expect(rotateRight(turned, axes, -turns)).toEqual(volume);
        expect(rotateRight(turned, axes, 4)).toEqual(turned);
        expect(flip(flip(volume, flipped), flipped)).toEqual(volume);
      }),
    );
  });
});

describe("rotate", () => {
  it("agrees with right angles, for any mix of axes' lengths that allows them", () => {
    const volume = numbered([3, 5, 5]);
    // about the depth axis: from height towards width
    const quarter = rotate(volume, [90, 0, 0], "nearest");
    expect([rotateRight(volume, [1, 2], 1).voxels, rotateRight(volume, [1, 2], 3).voxels]).toContainEqual(quarter.voxels);
    const linear = rotate(volume, [90, 0, 0], "linear");
    linear.voxels.forEach((value, at) => expect(value).toBeCloseTo(quarter.voxels[at]!, 3));
    const image = numbered([4, 4]);
    expect(rotate(image, [180], "nearest").voxels).toEqual(flip(image, [0, 1]).voxels);
    expect(rotate(image, [0]).voxels).toEqual(image.voxels);
  });

  it("keeps a smooth field where it is in the world, for voxels that are not cubes", () => {
    const affine = [1.5, 0, 0, -12, 0, 1, 0, -8, 0, 0, 2.5, -10, 0, 0, 0, 1];
    const size = [9, 17, 17];
    const field = ([x, y, z]: number[]): number => 100 + 2 * x! - 3 * y! + z!;
    const voxels = new Float32Array(9 * 17 * 17);
    for (let k = 0, at = 0; k < 9; k++) for (let j = 0; j < 17; j++) for (let i = 0; i < 17; i++) voxels[at++] = field(toWorld(affine, [i, j, k]));
    const volume = createVolume({ voxels, size, affine });
    for (const angles of [[30, 0, 0], [0, -20, 0], [0, 0, 45], [25, -35, 15]]) {
      const turned = rotate(volume, angles);
      turned.spacing.forEach((length, axis) => expect(length).toBe(volume.spacing[axis]));
      const toVolume = invertAffine(affine);
      let checked = 0;
      for (let k = 0, at = 0; k < 9; k++) {
        for (let j = 0; j < 17; j++) {
          for (let i = 0; i < 17; i++, at++) {
            const place = toWorld(turned.affine, [i, j, k]);
            const [x, y, z] = toWorld(toVolume, place);
            if (x < 0 || y < 0 || z < 0 || x > 16 || y > 16 || z > 8) continue;
            checked++;
            if (Math.abs(turned.voxels[at]! - field(place)) > 0.02) throw new Error(`voxel ${k}, ${j}, ${i}`);
          }
        }
      }
      expect(checked).toBeGreaterThan(800);
    }
  });
});

describe("varyIntensity", () => {
  const random = createRandom(3);
  const image = createVolume({ voxels: Float32Array.of(0, 10, 2, 30), size: [1, 2], channels: 2 });

  it("shifts, scales about each channel's mean and bends between its ends", () => {
    expect([...varyIntensity(image, { brightness: -1 }, random).voxels]).toEqual([-1, 9, 1, 29]);
    expect([...varyIntensity(image, { contrast: 2 }, random).voxels]).toEqual([-1, 0, 3, 40]);
    const ramp = createVolume({ voxels: Float32Array.of(-2, 0, 2), size: [1, 3] });
    expect([...varyIntensity(ramp, { gamma: 2 }, random).voxels]).toEqual([-2, -1, 2]);
    const flat = createVolume({ voxels: Int16Array.of(4, 4), size: [1, 2] });
    expect([...varyIntensity(flat, { gamma: 2 }, random).voxels]).toEqual([4, 4]);
    expect([...varyIntensity(image, {}, random).voxels]).toEqual([...image.voxels]);
  });

  it("follows the formulas in their order, for values anywhere between the ends", () => {
    const ramp = createVolume({ voxels: Float32Array.from({ length: 2000 }, (_, at) => 5 * (at / 1999) ** 3 - 1), size: [20, 100] });
    for (const gamma of [Math.exp(-1), 0.93, 1.08, Math.E]) {
      const bent = Array.from(ramp.voxels, (value) => ((value + 1) / 5) ** gamma * 5 - 1);
      const mean = bent.reduce((sum, value) => sum + value, 0) / bent.length;
      const { voxels } = varyIntensity(ramp, { gamma, contrast: 1.3, brightness: 0.2 }, random);
      bent.forEach((value, at) => expect(Math.abs(voxels[at]! - (mean + (value - mean) * 1.3 + 0.2))).toBeLessThan(1e-4));
    }
  });

  it("adds independent normal noise of the strength asked for, the same for the same seed", () => {
    const flat = createVolume({ voxels: new Float32Array(40001), size: [1, 40001] });
    const noiseOf = (seed: number): Float32Array => varyIntensity(flat, { noise: 0.5 }, createRandom(seed)).voxels;
    const voxels = noiseOf(3);
    expect(noiseOf(3)).toEqual(voxels);
    const mean = (of: (value: number, at: number) => number): number => voxels.reduce((sum, value, at) => sum + of(value, at), 0) / voxels.length;
    expect(Math.abs(mean((value) => value))).toBeLessThan(0.01);
    expect(Math.abs(mean((value) => value ** 2) - 0.25)).toBeLessThan(0.01);
    // shares of a normal distribution within one and two standard deviations, and its fourth moment
    expect(Math.abs(mean((value) => Number(Math.abs(value) < 0.5)) - 0.6827)).toBeLessThan(0.01);
    expect(Math.abs(mean((value) => Number(Math.abs(value) < 1)) - 0.9545)).toBeLessThan(0.005);
    expect(Math.abs(mean((value) => (value / 0.5) ** 4) - 3)).toBeLessThan(0.15);
    for (const lag of [1, 2, 3, 48]) expect(Math.abs(mean((value, at) => value * (voxels[at + lag] ?? 0)))).toBeLessThan(0.006);
    const other = noiseOf(4);
    expect(Math.abs(mean((value, at) => value * other[at]!))).toBeLessThan(0.006);
  });
});

describe("augment", () => {
  const options = augmentationOptions.parse({ quarterTurnProbability: 0.5 });

  it("is a pure function of its seed and moves labels with the image", () => {
    const size = [8, 8, 8];
    const blob = Float32Array.from({ length: 512 }, (_, at) => (at % 8 > 4 && Math.floor(at / 64) > 4 ? 1 : 0));
    const image = createVolume({ voxels: blob, size });
    const labels = createVolume({ voxels: Uint8Array.from(blob), size });
    const quiet = augmentationOptions.parse({ quarterTurnProbability: 0.5, brightness: 0, contrast: 0, noise: 0, gamma: 0 });
    const before = image.voxels.slice();
    for (let seed = 0; seed < 20; seed++) {
      const first = augment(image, labels, options, createRandom(seed));
      expect(augment(image, labels, options, createRandom(seed))).toEqual(first);
      const { image: moved, labels: movedLabels } = augment(image, labels, quiet, createRandom(seed));
      expect(movedLabels!.voxels).toBeInstanceOf(Uint8Array);
      expect(movedLabels!.affine).toEqual(moved.affine);
      moved.voxels.forEach((value, at) => {
        if (value > 0.99 || value < 0.01) expect(movedLabels!.voxels[at]).toBe(value > 0.5 ? 1 : 0);
      });
    }
    expect(image.voxels).toEqual(before);
    expect(augment(image, labels, options, createRandom(1)).image.voxels).not.toEqual(augment(image, labels, options, createRandom(2)).image.voxels);
  });

  it("takes images of rank 2 with several channels", () => {
    const { image, labels } = augment(numbered([6, 5], 3), undefined, options, createRandom(4));
    expect(image).toMatchObject({ size: [6, 5], channels: 3 });
    expect(labels).toBeUndefined();
  });
});
