import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toWorld } from "../volume/affine.js";
import { createVolume } from "../volume/volume.js";
import { resampleOnto, restoreGeometry } from "./resample-onto.js";
import { resampleToSize, resampleToSpacing } from "./resample.js";

const affine = [0.8, 0.1, 0, -40, -0.1, 0.9, 0.2, 12, 0, -0.2, 1.6, 5, 0, 0, 0, 1];

/** A volume whose value is a linear function of the place in the world. */
function ramp(size: [number, number, number]): ReturnType<typeof createVolume<Float32Array>> {
  const voxels = new Float32Array(size[0] * size[1] * size[2]);
  let at = 0;
  for (let k = 0; k < size[0]; k++) for (let j = 0; j < size[1]; j++) for (let i = 0; i < size[2]; i++) voxels[at++] = field(toWorld(affine, [i, j, k]));
  return createVolume({ voxels, size, affine });
}

function field([x, y, z]: readonly number[]): number {
  return 3 * x! - 2 * y! + z!;
}

describe("resampleToSpacing", () => {
  it("keeps a linear field where it is, away from the border", () => {
    const wanted = fc.tuple(fc.double({ min: 0.5, max: 4, noNaN: true }), fc.double({ min: 0.5, max: 4, noNaN: true }), fc.double({ min: 0.5, max: 4, noNaN: true }));
    fc.assert(
      fc.property(wanted, fc.boolean(), (spacing, antialias) => {
        const volume = ramp([12, 14, 16]);
        const result = resampleToSpacing(volume, spacing, { antialias });
        const [depth, height, width] = result.size as [number, number, number];
        result.spacing.forEach((length, axis) => expect(length).toBeCloseTo(spacing[axis]!, 9));
        const inside = (at: number, axis: number): boolean => {
          const old = (at - (result.size[axis]! - 1) / 2) * (spacing[axis]! / volume.spacing[axis]!) + (volume.size[axis]! - 1) / 2;
          const reach = Math.max(1, spacing[axis]! / volume.spacing[axis]!);
          return old >= reach - 1 && old <= volume.size[axis]! - reach;
        };
        let worst = 0;
        for (let k = 0; k < depth; k++) {
          for (let j = 0; j < height; j++) {
            for (let i = 0; i < width; i++) {
              if (!inside(k, 0) || !inside(j, 1) || !inside(i, 2)) continue;
              const value = result.voxels[(k * height + j) * width + i]!;
              worst = Math.max(worst, Math.abs(value - field(toWorld(result.affine, [i, j, k]))));
            }
          }
        }
        // the wide triangle is read at whole voxels only, so it misses a slope by a little
        expect(worst).toBeLessThan(antialias ? 2.5 : 2e-4);
      }),
      { numRuns: 20 },
    );
  });

  it("averages what a larger voxel covers", () => {
    const volume = createVolume({ voxels: Float32Array.of(0, 1, 0, 1, 0, 1, 0, 1), size: [1, 1, 8] });
    const smooth = resampleToSpacing(volume, [1, 1, 4]);
    expect(smooth.voxels.length).toBe(2);
    smooth.voxels.forEach((value) => expect(Math.abs(value - 0.5)).toBeLessThan(0.1));
    expect([...resampleToSize(createVolume({ voxels: Uint8Array.of(0, 4), size: [1, 1, 2] }), [1, 1, 4]).voxels]).toEqual([0, 1, 3, 4]);
  });

  it("keeps labels and their number format with nearest neighbour", () => {
    const labels = createVolume({ voxels: Uint8Array.of(0, 3, 3, 7), size: [1, 2, 2] });
    const larger = resampleToSpacing(labels, [1, 0.5, 0.5], { interpolation: "nearest" });
    expect(larger.voxels).toEqual(Uint8Array.of(0, 0, 3, 3, 0, 0, 3, 3, 3, 3, 7, 7, 3, 3, 7, 7));
    expect(restoreGeometry(larger, labels)).toEqual(labels);
  });

  it("covers the same space when it changes the size, for images too", () => {
    const image = createVolume({ voxels: Float32Array.of(1, 1, 5, 5, 1, 1, 5, 5), size: [2, 4], spacing: [0.5, 0.5] });
    const small = resampleToSize(image, [1, 2], { antialias: false });
    expect([...small.voxels]).toEqual([1, 5]);
    expect(small.spacing).toEqual([1, 1]);
    expect(restoreGeometry(small, image).voxels).toEqual(image.voxels);
  });

  it("refuses what is no spacing", () => {
    const volume = createVolume({ voxels: new Uint8Array(8), size: [2, 2, 2] });
    for (const spacing of [[1, 1], [1, 1, 0], [1, 1, NaN]]) {
      expect(() => resampleToSpacing(volume, spacing)).toThrow(expect.objectContaining({ code: "SSL3D_SPACING" }) as Error);
    }
    expect(() => resampleToSize(volume, [2, 2, 1.5])).toThrow(expect.objectContaining({ code: "SSL3D_SPACING" }) as Error);
  });
});

describe("resampleOnto", () => {
  it("refuses grids that are rotated against each other", () => {
    const volume = ramp([4, 5, 6]);
    const straight = createVolume({ voxels: new Uint8Array(120), size: [4, 5, 6] });
    expect(() => resampleOnto(volume, straight)).toThrow(expect.objectContaining({ code: "SSL3D_GRID_MISMATCH" }) as Error);
  });

  it("copies exactly between a file's float32 affine and the double one", () => {
    const volume = ramp([6, 7, 8]);
    const rounded = { ...volume, affine: affine.map(Math.fround) };
    expect(resampleOnto(volume, rounded).voxels).toEqual(volume.voxels);
  });
});
