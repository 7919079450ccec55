import { expect, describe, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { resampleToSize } from "./resample.js";
import { scikitResize } from "./scikit-resize.js";

const image = createVolume({ voxels: Float32Array.of(1, 4, -2, 3, 0.5, 0, 2, 5, -1, 2, 3, -3), size: [3, 4] });

function expectAll(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 4);
}

describe("scikitResize", () => {
  it("agrees with skimage.transform.resize 0.26", () => {
    // resize(image, (5, 3), order=1, preserve_range=True)
    expectAll(scikitResize(image, [5, 3]).voxels, [
      1.28333, 1, 2.63333, 1.06667, 1, 3.1, 0.41667, 1, 4.5, -0.13333, 1.9, 0.6, -0.31667, 2.2, -0.7,
    ]);
    // the same of rint(image) with order=0, to (2, 6), anti-aliased since it is real
    const rounded = createVolume({ voxels: Float32Array.of(1, 4, -2, 3, 0, 0, 2, 5, -1, 2, 3, -3), size: [3, 4] });
    expectAll(scikitResize(rounded, [2, 6], { interpolation: "nearest" }).voxels, [
      0.99933, 3.99732, 3.99732, -1.99732, 3.00134, 3.00134, -0.99933, 1.99866, 1.99866, 2.99933, -2.99464, -2.99464,
    ]);
  });

  it("leaves whole-number labels unblurred and of their format, and stays within the range", () => {
    const labels = createVolume({ voxels: Uint8Array.from({ length: 60 }, (_, i) => (i % 7 === 0 ? 3 : 0)), size: [3, 4, 5] });
    const shrunk = scikitResize(labels, [2, 2, 3], { interpolation: "nearest" });
    expect(shrunk.voxels).toBeInstanceOf(Uint8Array);
    expect(new Set(shrunk.voxels)).toEqual(new Set([0, 3]));
    const enlarged = scikitResize(image, [9, 9]);
    expect(Math.max(...enlarged.voxels)).toBeLessThanOrEqual(5);
    expectAll(enlarged.affine, resampleToSize(image, [9, 9]).affine);
    expect(() => scikitResize(image, [3])).toThrow(expect.objectContaining({ code: "SSL3D_SPACING" }) as Error);
  });
});
