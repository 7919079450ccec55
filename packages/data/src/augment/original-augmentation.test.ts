import { describe, expect, it } from "vitest";
import { createRandom } from "@ssl3d/core";
import { createVolume } from "../volume/volume.js";
import { augment, augmentationOptions } from "./augment.js";
import { augmentAsOriginal, ORIGINAL_AUGMENTATIONS } from "./original-augmentation.js";

const { original } = ORIGINAL_AUGMENTATIONS;

const size = [8, 8, 8];
const blob = Float32Array.from({ length: 512 }, (_, at) => (at % 8 > 4 && Math.floor(at / 64) > 3 ? 1 : 0));
const image = createVolume({ voxels: blob, size });
const labels = createVolume({ voxels: Uint8Array.from(blob, (value) => 3 * value), size });

describe("augmentAsOriginal", () => {
  it("is a pure function of its seed that moves labels with the image and changes intensities of the image only", () => {
    let brighter = 0;
    for (let seed = 0; seed < 30; seed++) {
      const made = augmentAsOriginal(image, labels, original, createRandom(seed));
      expect(augmentAsOriginal(image, labels, original, createRandom(seed))).toEqual(made);
      expect(made.labels!.voxels).toBeInstanceOf(Uint8Array);
      expect(new Set(made.labels!.voxels)).toEqual(new Set([0, 3]));
      expect(made.labels!.affine).toEqual(made.image.affine);
      if (made.image.voxels.some((value) => value < 0 || value > 1)) brighter++;
      const quiet = augmentAsOriginal(image, labels, { ...original, intensityProbability: 0 }, createRandom(seed));
      quiet.image.voxels.forEach((value, at) => {
        if (value > 0.99 || value < 0.01) expect(quiet.labels!.voxels[at]).toBe(value > 0.5 ? 3 : 0);
      });
    }
    expect(brighter).toBeGreaterThan(10);
    expect(image.voxels).toEqual(blob);
  });

  it("shifts and stretches about the mean of the whole image", () => {
    const ramp = createVolume({ voxels: Float32Array.of(0, 1, 2, 5), size: [1, 2], channels: 2 });
    const options = { ...original, flipProbability: 0, rotationProbability: 0, intensityProbability: 1 };
    const draws = [0.1, 1.5];
    const random = { ...createRandom(1), chance: () => true, uniform: () => draws.shift()! };
    const { voxels } = augmentAsOriginal(ramp, undefined, options, random).image;
    [-0.9, 0.6, 2.1, 6.6].forEach((value, at) => expect(voxels[at]).toBeCloseTo(value, 5));
  });

  it("is what augment does where a configuration asks for it", () => {
    for (const recipe of ["original", "original-patches"] as const) {
      const options = augmentationOptions.parse({ recipe });
      expect(augment(image, labels, options, createRandom(5))).toEqual(augmentAsOriginal(image, labels, ORIGINAL_AUGMENTATIONS[recipe], createRandom(5)));
    }
    for (let seed = 0; seed < 10; seed++) {
      const { labels: kept } = augmentAsOriginal(image, labels, ORIGINAL_AUGMENTATIONS["original-patches"], createRandom(seed));
      expect([...kept!.voxels].sort()).toEqual([...labels.voxels].sort());
    }
  });
});
