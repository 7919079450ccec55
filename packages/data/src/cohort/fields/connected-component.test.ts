import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectedComponent } from "./connected-component.js";

/** Grows the component by one layer at a time until nothing changes. */
function reference(mask: Uint8Array, [depth, height, width]: [number, number, number], seed: number): Uint8Array {
  const grown = new Uint8Array(mask.length);
  grown[seed] = mask[seed]!;
  for (let changed = true; changed;) {
    changed = false;
    for (let z = 0, i = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
          const touches =
            (z > 0 && grown[i - height * width] === 1) ||
            (z < depth - 1 && grown[i + height * width] === 1) ||
            (y > 0 && grown[i - width] === 1) ||
            (y < height - 1 && grown[i + width] === 1) ||
            (x > 0 && grown[i - 1] === 1) ||
            (x < width - 1 && grown[i + 1] === 1);
          if (mask[i] === 1 && grown[i] === 0 && touches) {
            grown[i] = 1;
            changed = true;
          }
        }
      }
    }
  }
  return grown;
}

describe("connectedComponent", () => {
  it("finds what can be reached through faces", () => {
    const size: [number, number, number] = [3, 4, 5];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 1), { minLength: 60, maxLength: 60 }),
        fc.integer({ min: 0, max: 59 }),
        (inside, seed) => {
          const mask = Uint8Array.from(inside);
          expect(connectedComponent(mask, size, seed)).toEqual(reference(mask, size, seed));
        },
      ),
    );
  });

  it("works on images and does not cross their edges", () => {
    // a row's end and the next row's start are neighbours in memory only
    const mask = Uint8Array.from([0, 0, 1, 1, 0, 0, 1, 1, 0]);
    expect([...connectedComponent(mask, [3, 3], 2)]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect([...connectedComponent(mask, [3, 3], 3)]).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 0]);
  });

  it("is empty where the seed lies outside", () => {
    expect([...connectedComponent(Uint8Array.from([1, 0]), [2], 1)]).toEqual([0, 0]);
  });
});
