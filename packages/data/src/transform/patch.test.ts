import { createRandom } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { randomForegroundPatchStart, randomPatchStart } from "./patch.js";

describe("randomPatchStart", () => {
  it("reaches every position, the last included, equally often", () => {
    const random = createRandom(1);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const start = randomPatchStart({ id: "v", size: [3, 5, 4] }, [2, 3, 4], random).join();
      counts.set(start, (counts.get(start) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["0,0,0", "0,1,0", "0,2,0", "1,0,0", "1,1,0", "1,2,0"]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("refuses patches that do not fit, naming the volume", () => {
    for (const size of [[4, 5, 4], [2, 2], [0, 1, 1]]) {
      expect(() => randomPatchStart({ id: "scan", size: [3, 5, 4] }, size, createRandom(1))).toThrow(
        expect.objectContaining({ code: "SSL3D_PATCH_SIZE", message: expect.stringContaining("scan") as string }) as Error,
      );
    }
  });
});

describe("randomForegroundPatchStart", () => {
  it("always holds a labelled voxel and stays inside", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(119), { minLength: 1, maxLength: 6 }), fc.nat(), (labelled, seed) => {
        const labels = createVolume({ voxels: new Uint8Array(120), size: [4, 5, 6] });
        for (const at of labelled) labels.voxels[at] = 2;
        const start = randomForegroundPatchStart(labels, [2, 3, 3], createRandom(seed));
        const holds = labelled.some((at) => {
          const index = [Math.floor(at / 30), Math.floor(at / 6) % 5, at % 6];
          return index.every((value, axis) => value >= start[axis]! && value < start[axis]! + [2, 3, 3][axis]!);
        });
        expect(holds).toBe(true);
        start.forEach((value, axis) => {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value + [2, 3, 3][axis]!).toBeLessThanOrEqual(labels.size[axis]!);
        });
      }),
    );
  });

  it("falls back to anywhere where nothing is labelled", () => {
    const labels = createVolume({ voxels: new Uint8Array(16), size: [4, 4] });
    const starts = new Set(Array.from({ length: 60 }, (_, seed) => randomForegroundPatchStart(labels, [3, 3], createRandom(seed)).join()));
    expect(starts.size).toBe(4);
  });
});
