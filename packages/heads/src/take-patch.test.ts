import { describe, expect, it } from "vitest";
import { createRandom } from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { takePatch } from "./take-patch.js";

const size = [12, 10];
const image = createVolume({ voxels: Float32Array.from({ length: 120 }, (_, i) => i + 1), size });
const truth = createVolume({ voxels: Uint8Array.from({ length: 120 }, (_, i) => (i === 119 ? 2 : 0)), size });

describe("takePatch", () => {
  it("cuts image and truth at the same place", () => {
    for (let seed = 0; seed < 50; seed++) {
      const patch = takePatch({ image, truth }, [4, 6], 0.5, createRandom(seed));
      expect(patch.image.voxels).toHaveLength(24);
      expect(patch.truth.voxels.indexOf(2)).toBe(patch.image.voxels.indexOf(120));
    }
  });

  it("goes to the foreground as often as it is told", () => {
    const hits = (foreground: number): number =>
      Array.from({ length: 200 }, (_, seed) => takePatch({ image, truth }, [4, 6], foreground, createRandom(seed))).filter(
        (patch) => patch.truth.voxels.includes(2),
      ).length;
    expect(hits(1)).toBe(200);
    // One start in 9 x 5 holds the labelled corner.
    expect(hits(0)).toBeLessThan(20);
  });

  it("puts a smaller image into the middle of the patch", () => {
    const patch = takePatch({ image, truth }, [14, 12], 1, createRandom(1));
    expect(patch.image.size).toEqual([14, 12]);
    expect(patch.image.voxels[12 + 1]).toBe(1);
    expect(patch.image.voxels[0]).toBe(0);
  });
});
