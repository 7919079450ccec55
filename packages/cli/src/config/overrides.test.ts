import { describe, expect, it } from "vitest";
import { merge, overrideDataset, overrideTraining } from "./overrides.js";

describe("overrideTraining", () => {
  it("lays what is given over the file and leaves the rest", () => {
    const file = { task: "rotation", training: { steps: 5, batchSize: 4 }, data: { path: "a", preprocessing: { size: [8, 8, 8] } } };
    expect(overrideTraining(file, { data: "b", steps: "9", size: "32,32,16", seed: "0" })).toEqual({
      task: "rotation",
      training: { steps: 9, batchSize: 4 },
      data: { path: "b", preprocessing: { size: [32, 32, 16] } },
      seed: 0,
    });
  });

  it("adds nothing where nothing is given", () => {
    expect(overrideTraining({ data: { path: "a" } }, {})).toEqual({ data: { path: "a" } });
  });

  it("refuses values of the wrong kind and options given twice", () => {
    for (const options of [{ steps: "1.5" }, { steps: "x" }, { size: "3,-1" }, { seed: ["1", "2"] }, { workers: "-1" }])
      expect(() => overrideTraining({}, options)).toThrow(expect.objectContaining({ code: "SSL3D_USAGE" }));
  });
});

describe("overrideDataset", () => {
  it("lays layout and labels over a short or a long form", () => {
    expect(overrideDataset(undefined, {})).toBeUndefined();
    expect(overrideDataset({ name: "a", options: { x: 1 } }, {})).toEqual({ name: "a", options: { x: 1 } });
    expect(overrideDataset("a", { dataset: "brats" })).toBe("brats");
    expect(overrideDataset(undefined, { labelFolder: "l" })).toEqual({ name: "nifti-folder", options: { labels: "l" } });
    expect(overrideDataset({ name: "a", options: { x: 1 } }, { dataset: "b", labelSuffix: "_s" })).toEqual({
      name: "b",
      options: { x: 1, labelSuffix: "_s" },
    });
  });
});

describe("merge", () => {
  it("replaces what is no object", () => {
    expect(merge({ a: "name", b: [1] }, { a: { name: "x" }, b: [2] })).toEqual({ a: { name: "x" }, b: [2] });
  });
});
