import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTRIBUTE_BYTES, splitNames } from "./split-names.js";

describe("splitNames", () => {
  it("keeps every name in order, in as few parts of near-equal length as fit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 80 }), (count, longest) => {
        const names = Array.from({ length: count }, (_, index) => `${index}`.padEnd(1 + ((index * 7) % longest), "x"));
        const { parts, length } = splitNames(names, "weight_names");
        expect(parts.flat()).toEqual(names);
        expect(Math.max(...names.map((name) => name.length))).toBeLessThan(length);
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(Math.max(...sizes) * length).toBeLessThanOrEqual(ATTRIBUTE_BYTES);
        if (parts.length > 1) expect(Math.ceil(count / (parts.length - 1)) * length).toBeGreaterThan(ATTRIBUTE_BYTES);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses names that no attribute holds", () => {
    const code = "SSL3D_KERAS_CANNOT_HOLD";
    expect(() => splitNames(["a", "b".repeat(ATTRIBUTE_BYTES)], "layer_names")).toThrow(expect.objectContaining({ code }));
    expect(() => splitNames(["Größe"], "layer_names")).toThrow(expect.objectContaining({ code }));
  });
});
