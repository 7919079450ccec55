import fc from "fast-check";
import { expect, it } from "vitest";
import { connectedComponent } from "./connected-component.js";
import { largestComponent } from "./largest-component.js";

const count = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);

it("largestComponent is the component of one of its voxels, and no voxel has a larger one", () => {
  const size = [3, 4, 5];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0, 1), { minLength: 60, maxLength: 60 }), (inside) => {
      const mask = Uint8Array.from(inside);
      const largest = largestComponent(mask, size);
      if (count(mask) === 0) expect(count(largest)).toBe(0);
      else expect(largest).toEqual(connectedComponent(mask, size, largest.indexOf(1)));
      for (let seed = 0; seed < 60; seed++) {
        expect(count(connectedComponent(mask, size, seed))).toBeLessThanOrEqual(count(largest));
      }
    }),
  );
});
