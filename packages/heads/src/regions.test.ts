import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NumericArray, Volume } from "@ssl3d/core";
import { countClasses } from "./labels.js";
import { scoreRegions } from "./regions.js";

const labels = [0, 1, 2, 4];

function truthOf(values: readonly number[]): Volume<Uint8Array> {
  const size = [1, 1, values.length];
  return { id: "case-7", voxels: Uint8Array.from(values), size, channels: 1, spacing: [1, 1, 1], affine: [] };
}

/** Probabilities whose largest value stands at the given label. */
function certain(values: readonly number[]): NumericArray {
  const data = Float32Array.from(values.flatMap((value) => labels.map((label) => (label === value ? 0.7 : 0.1))));
  return { data, shape: [1, 1, values.length, labels.length] };
}

describe("scoreRegions", () => {
  it("unites labels into the BraTS regions", () => {
    const scores = scoreRegions(certain([0, 1, 2, 4, 4, 0]), truthOf([0, 2, 2, 4, 1, 1]), labels, "brats");
    expect(scores).toEqual({ WT: (2 * 4) / (4 + 5), TC: (2 * 2) / (3 + 3), ET: (2 * 1) / (2 + 1) });
  });

  it("scores an empty region 1 against an empty truth and 0 against any other", () => {
    const empty = [0, 0, 0];
    expect(scoreRegions(certain(empty), truthOf(empty), labels, "brats")).toEqual({ WT: 1, TC: 1, ET: 1 });
    expect(scoreRegions(certain(empty), truthOf([0, 2, 0]), labels, "brats")).toEqual({ WT: 0, TC: 1, ET: 1 });
  });

  it("agrees with a direct count for every label", () => {
    const label = fc.constantFrom(...labels);
    const rows = fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const scores = scoreRegions(certain(pairs.map(([p]) => p)), truthOf(pairs.map(([, t]) => t)), labels, "labels");
        expect(Object.keys(scores)).toEqual(["1", "2", "4"]);
        for (const label of [1, 2, 4]) {
          const voxels = pairs.flat().filter((value) => value === label).length;
          const shared = pairs.filter(([p, t]) => p === label && t === label).length;
          expect(scores[label]).toBeCloseTo(voxels === 0 ? 1 : (2 * shared) / voxels, 12);
        }
      }),
    );
  });

  it("names the case and the value of a label that is not listed", () => {
    expect(() => scoreRegions(certain([0]), truthOf([3]), labels, "labels")).toThrow(
      'Expected the label values 0, 1, 2, 4 (option `labelValues`), received 3 in the truth of case "case-7".',
    );
  });

  it("takes regions of one's own", () => {
    const scores = scoreRegions(certain([1, 2, 0]), truthOf([2, 1, 4]), labels, { lesion: [1, 2] });
    expect(scores).toEqual({ lesion: 1 });
  });
});

describe("countClasses", () => {
  it("counts over all truths and never says never", () => {
    expect(countClasses([truthOf([0, 0, 0, 1]), truthOf([0, 0, 2])], labels)).toEqual([5 / 8, 1 / 8, 1 / 8, 1 / 8]);
  });

  it("refuses a truth that is no volume", () => {
    const message = "Expected a label volume as the truth of a segmentation, received 3.";
    expect(() => countClasses([3], labels)).toThrow(message);
  });
});
