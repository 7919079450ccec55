import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rank } from "@ssl3d/core";
import { describeNeighbour, middlePatch, neighbourCount, neighbourPatch, patchPosition } from "./neighbours.js";

describe("the neighbours of the middle patch", () => {
  it("are the original's classes", () => {
    expect([neighbourCount(3, 3), neighbourCount(2, 3), neighbourCount(3, 2), neighbourCount(2, 5)]).toEqual([26, 8, 7, 24]);
    expect([middlePatch(3, 3), middlePatch(3, 2), middlePatch(3, 4), middlePatch(2, 5)]).toEqual([13, 4, 32, 12]);
    expect([0, 3, 4, 7].map((c) => neighbourPatch(2, 3, c))).toEqual([0, 3, 5, 8]);
    expect(patchPosition(3, 3, neighbourPatch(3, 3, 13))).toEqual([1, 1, 2]);
  });

  it("are all patches but the middle one, each once", () => {
    fc.assert(
      fc.property(fc.constantFrom<Rank>(2, 3), fc.integer({ min: 2, max: 6 }), (rank, perSide) => {
        const classes = Array.from({ length: neighbourCount(rank, perSide) }, (_, c) => c);
        const patches = new Set(classes.map((c) => neighbourPatch(rank, perSide, c)));
        expect(patches.size).toBe(perSide ** rank - 1);
        expect(patches).not.toContain(middlePatch(rank, perSide));
        const words = new Set(classes.map((c) => describeNeighbour(rank, perSide, c)));
        expect(words.size).toBe(classes.length);
      }),
    );
  });

  it("are described as seen from the middle", () => {
    expect(describeNeighbour(3, 3, 0)).toBe("below, behind and to the patient's left");
    expect(describeNeighbour(3, 3, 13)).toBe("to the patient's right");
    expect(describeNeighbour(3, 3, 24)).toBe("above and in front");
    expect(describeNeighbour(2, 3, 1)).toBe("above");
    expect(describeNeighbour(2, 5, 23)).toBe("2 below and 2 to the right");
  });

  it("refuse a class that does not exist", () => {
    expect(() => neighbourPatch(2, 3, 8)).toThrow("Classes of 3 patches a side in 2D are 0 to 7, received 8.");
  });
});
