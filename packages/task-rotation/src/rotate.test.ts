import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rank } from "@ssl3d/core";
import { describeRotation, rotationClasses, turnAxes } from "./right-angles.js";
import { rotateByClass, type RotatedImage } from "./rotate.js";

interface Golden {
  readonly shape: readonly number[];
  readonly classes: readonly (readonly number[])[];
}
const fixture = readFileSync(new URL("fixtures/original.json", import.meta.url), "utf8");
const golden = JSON.parse(fixture) as Record<string, Golden>;

function countingImage(shape: readonly number[]): RotatedImage {
  return { data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i), shape };
}

const ranks = fc.constantFrom<Rank>(2, 3);
const cubes = fc
  .tuple(ranks, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }))
  .map(([rank, side, channels]) => countingImage([...new Array<number>(rank).fill(side), channels]));
const rankOf = (image: { shape: readonly number[] }): Rank => (image.shape.length - 1) as Rank;
const classIn = (image: RotatedImage): fc.Arbitrary<number> => fc.nat(rotationClasses(rankOf(image)).length - 1);

describe("rotateByClass", () => {
  it.each(["rotation3d", "rotation2d"])("gives every class of the original's %s voxel for voxel", (name) => {
    const { shape, classes } = golden[name]!;
    expect(classes).toHaveLength(rotationClasses(rankOf({ shape })).length);
    classes.forEach((expected, rotationClass) => {
      const rotated = rotateByClass(countingImage(shape), rotationClass);
      expect(rotated.shape).toEqual(shape);
      expect([...rotated.data], `class ${rotationClass}`).toEqual(expected);
    });
  });

  it("moves voxels and neither loses nor changes any", () => {
    fc.assert(
      fc.property(cubes.chain((image) => fc.tuple(fc.constant(image), classIn(image))), ([image, rotationClass]) => {
        expect([...rotateByClass(image, rotationClass).data].sort((a, b) => a - b)).toEqual([...image.data]);
      }),
    );
  });

  it("is undone by exactly one class", () => {
    fc.assert(
      fc.property(
        cubes.filter((image) => image.shape[0]! > 1).chain((image) => fc.tuple(fc.constant(image), classIn(image))),
        ([image, rotationClass]) => {
          const rotated = rotateByClass(image, rotationClass);
          const undoes = (c: number): boolean => rotateByClass(rotated, c).data.every((v, i) => v === image.data[i]);
          const inverses = rotationClasses(rankOf(image)).filter((_, c) => undoes(c));
          expect(inverses).toHaveLength(1);
        },
      ),
    );
  });

  it("returns to the start after four turns of any class", () => {
    fc.assert(
      fc.property(cubes.chain((image) => fc.tuple(fc.constant(image), classIn(image))), ([image, rotationClass]) => {
        let turned = image;
        for (let i = 0; i < 4; i++) turned = rotateByClass(turned, rotationClass);
        expect(turned.data).toEqual(image.data);
      }),
    );
  });

  it("crops an oblong image to its centre first, the odd voxel being dropped at the end", () => {
    // Rows 1..2 and all of the columns of a 5x2 image.
    expect([...rotateByClass(countingImage([5, 2, 1]), 0).data]).toEqual([2, 3, 4, 5]);
    const cropped = rotateByClass(countingImage([2, 5, 3, 2]), 0);
    expect(cropped.shape).toEqual([2, 2, 2, 2]);
    expect([...cropped.data.slice(0, 4)]).toEqual([6, 7, 8, 9]);
  });

  it("refuses a class that does not exist in 2D", () => {
    expect(() => rotateByClass(countingImage([2, 2, 1]), 4)).toThrow("Rotation classes in 2D are 0 to 3, received 4.");
  });
});

describe("the 24 rotations of the cube", () => {
  const cube = countingImage([3, 3, 3, 1]);
  const classes = rotationClasses(3, "cube").map((_, c) => c);
  const rotated = classes.map((c) => rotateByClass(cube, c, "cube").data.join());

  it("are distinct, and begin with the 10 of the original", () => {
    expect(new Set(rotated).size).toBe(24);
    expect(rotated.slice(0, 10)).toEqual(rotationClasses(3).map((_, c) => rotateByClass(cube, c).data.join()));
  });

  it("are a group: one after another is again one of them, and each is undone by exactly one", () => {
    fc.assert(
      fc.property(fc.nat(23), fc.nat(23), (first, second) => {
        expect(rotated).toContain(rotateByClass(rotateByClass(cube, first, "cube"), second, "cube").data.join());
      }),
    );
    for (const c of classes) {
      const turned = rotateByClass(cube, c, "cube");
      expect(classes.filter((back) => rotateByClass(turned, back, "cube").data.join() === rotated[0])).toHaveLength(1);
    }
  });

  it("never mirror the volume", () => {
    for (const c of classes) {
      const axes = turnAxes(3, rotationClasses(3, "cube")[c]!);
      const matrix = axes.map((axis) => [1, 2, 3].map((a) => (Math.abs(axis) === a ? Math.sign(axis) : 0)));
      const [[a, b, d], [e, f, g], [h, i, j]] = matrix as [[number, number, number], [number, number, number], [number, number, number]];
      expect(a * (f * j - g * i) - b * (e * j - g * h) + d * (e * i - f * h)).toBe(1);
    }
  });

  it("are the four of an image in 2D", () => {
    expect(rotationClasses(2, "cube")).toEqual(rotationClasses(2));
    expect(() => rotateByClass(cube, 24, "cube")).toThrow("Rotation classes in 3D are 0 to 23, received 24.");
  });

  it("are described as turns one after the other", () => {
    const words = classes.map((c) => describeRotation(3, c, "cube"));
    expect(new Set(words).size).toBe(24);
    expect(words[10]).toBe("90 degrees about the left-to-right axis, then 270 degrees about the feet-to-head axis");
  });
});

describe("describeRotation", () => {
  it("names each class once", () => {
    expect(rotationClasses(3).map((_, c) => describeRotation(3, c)).slice(0, 5)).toEqual([
      "not rotated",
      "90 degrees about the left-to-right axis",
      "180 degrees about the left-to-right axis",
      "270 degrees about the left-to-right axis",
      "270 degrees about the feet-to-head axis",
    ]);
    expect(new Set(rotationClasses(3).map((_, c) => describeRotation(3, c))).size).toBe(10);
    expect(describeRotation(2, 3)).toBe("270 degrees counter-clockwise");
  });
});
