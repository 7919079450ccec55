import { describe, expect, it } from "vitest";
import { provideRemovedUtilities } from "./removed-utilities.js";

describe("provideRemovedUtilities", () => {
  it("adds what this Node lacks, unseen by listings", () => {
    const utilities: Record<string, (value: unknown) => boolean> = { inspect: () => true };
    expect(provideRemovedUtilities(utilities)).toEqual(["isNullOrUndefined", "isArray"]);
    expect([null, undefined, 0, "", false].map((value) => utilities["isNullOrUndefined"]!(value))).toEqual([true, true, false, false, false]);
    expect([[], [1], {}, "a"].map((value) => utilities["isArray"]!(value))).toEqual([true, true, false, false]);
    expect(Object.keys(utilities)).toEqual(["inspect"]);
    expect(provideRemovedUtilities(utilities)).toEqual([]);
  });

  it("replaces nothing that is there", () => {
    const own = (): boolean => true;
    const utilities = { isNullOrUndefined: own };
    expect(provideRemovedUtilities(utilities)).toEqual(["isArray"]);
    expect(utilities.isNullOrUndefined).toBe(own);
  });
});
