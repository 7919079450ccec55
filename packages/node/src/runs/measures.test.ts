import { estimateMean } from "@ssl3d/core";
import { estimateScore, measureOf } from "./measures.js";
import { describe, expect, it } from "vitest";

describe("measureOf", () => {
  it.each([["WT", "dice"], ["WT hd95Mm", "hd95Mm"], ["pancreas nsd", "nsd"], ["accuracy", "accuracy"]])("takes %s for %s", (name, measure) => {
    expect(measureOf(name)).toBe(measure);
  });
});

describe("estimateScore", () => {
  it("keeps intervals of few cases where means can lie", () => {
    expect(estimateScore("WT", [1, 0.9, 0.4]).interval).toEqual([0, 1]);
    const millimetres = estimateScore("WT hd95Mm", [0, 1, 9]).interval!;
    expect(millimetres[0]).toBe(0);
    expect(millimetres[1]).toBeGreaterThan(9);
  });

  it("leaves scores whose range it does not know", () => {
    const values = [-0.2, 0.9, 0.4];
    expect(estimateScore("r2", values)).toEqual(estimateMean(values));
  });
});
