import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Volume } from "@ssl3d/core";
import { toWorld } from "../volume/affine.js";
import { createVolume, voxelCount } from "../volume/volume.js";
import { rotateRight } from "./flip.js";
import { rotateInPlane, type SplineInterpolation } from "./rotate-in-plane.js";
import { zoom } from "./zoom.js";

interface Golden {
  readonly rotations: readonly { shape: number[]; plane: [number, number]; degrees: number; interpolation: SplineInterpolation; values: number[] }[];
  readonly zooms: readonly { shape: number[]; size: number[]; values: number[] }[];
}
const golden = JSON.parse(readFileSync(new URL("fixtures/spline.json", import.meta.url), "utf8")) as Golden;

/** The image that the fixture's arrays were made of. */
function waves(shape: readonly number[]): Volume<Float32Array> {
  const voxels = Float32Array.from({ length: voxelCount(shape) }, (_, i) => Math.sin(1.7 * i) + 0.5 * Math.cos(0.31 * i * i));
  return createVolume({ voxels, size: shape.slice(0, -1), channels: shape.at(-1)! });
}

function expectValues(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, at) => expect(Math.abs(actual[at]! - value), `value ${at}`).toBeLessThan(1e-5));
}

describe("rotateInPlane", () => {
  it.each(golden.rotations)("is scipy.ndimage.rotate: $interpolation, $degrees degrees in plane $plane", ({ shape, plane, degrees, interpolation, values }) => {
    expectValues(rotateInPlane(waves(shape), plane, degrees, interpolation).voxels, values);
  });

  it("takes quarter turns like numpy.rot90, whatever the interpolation, and keeps labels' numbers", () => {
    const image = createVolume({ voxels: Uint8Array.from({ length: 75 }, (_, at) => at), size: [5, 5], channels: 3 });
    fc.assert(
      fc.property(fc.integer({ min: -4, max: 4 }), fc.constantFrom<SplineInterpolation>("nearest", "linear", "cubic"), fc.boolean(), (turns, interpolation, swapped) => {
        const plane: [number, number] = swapped ? [1, 0] : [0, 1];
        const rotated = rotateInPlane(image, plane, turns * 90, interpolation);
        const turned = rotateRight(image, plane, turns);
        expectValues(rotated.voxels, [...turned.voxels]);
        if (interpolation === "nearest") expect(rotated.voxels).toBeInstanceOf(Uint8Array);
      }),
    );
  });

  it("keeps a linear field where it is in the world", () => {
    const affine = [1.5, 0, 0, -12, 0, 1.5, 0, -8, 0, 0, 2, -10, 0, 0, 0, 1];
    const field = ([x, y, z]: number[]): number => 100 + 2 * x! - 3 * y! + z!;
    const size = [5, 9, 8];
    const voxels = Float32Array.from({ length: 360 }, (_, at) => field(toWorld(affine, [at % 8, Math.floor(at / 8) % 9, Math.floor(at / 72)])));
    const turned = rotateInPlane(createVolume({ voxels, size, affine }), [1, 2], 25, "linear");
    let inside = 0;
    turned.voxels.forEach((value, at) => {
      if (value === 0) return;
      inside++;
      expect(value).toBeCloseTo(field(toWorld(turned.affine, [at % 8, Math.floor(at / 8) % 9, Math.floor(at / 72)])), 3);
    });
    expect(inside).toBeGreaterThan(200);
    turned.spacing.forEach((length, axis) => expect(length).toBeCloseTo([2, 1.5, 1.5][axis]!, 6));
  });
});

describe("zoom", () => {
  it.each(golden.zooms)("is scipy.ndimage.zoom of order 3: $shape to $size", ({ shape, size, values }) => {
    const zoomed = zoom(waves(shape), size, "cubic");
    expect(zoomed.size).toEqual(size);
    expectValues(zoomed.voxels, values);
  });

  it("keeps corners and, linearly, every linear field", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 70 }), fc.integer({ min: 1, max: 9 }), (rows, columns, newRows) => {
        const image = createVolume({ voxels: Float32Array.from({ length: rows * columns }, (_, at) => Math.floor(at / columns) + 3 * (at % columns)), size: [rows, columns] });
        const newColumns = columns + 5;
        const { voxels } = zoom(image, [newRows, newColumns], "linear");
        voxels.forEach((value, at) => {
          const row = newRows === 1 ? 0 : (Math.floor(at / newColumns) * (rows - 1)) / (newRows - 1);
          expect(value).toBeCloseTo(row + (3 * (at % newColumns) * (columns - 1)) / (newColumns - 1), 2);
        });
      }),
    );
  });

  it("leaves an image of the size asked for as it is, and tells where the others lie", () => {
    const image = waves([4, 5, 2]);
    expect(zoom(image, [4, 5], "cubic").voxels).toEqual(image.voxels);
    const { spacing, affine } = zoom(createVolume({ voxels: new Float32Array(27), size: [3, 3, 3] }), [5, 3, 2], "linear");
    expect(spacing).toEqual([0.5, 1, 2]);
    expect(toWorld(affine, [1, 2, 4])).toEqual([2, 2, 2]);
  });
});
