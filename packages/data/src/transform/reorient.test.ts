import type { Volume } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rotationFromQuaternion } from "../nifti/quaternion.js";
import { invertAffine, multiplyAffines, toWorld } from "../volume/affine.js";
import { createVolume } from "../volume/volume.js";
import { axisCodes, reorient } from "./reorient.js";
import { restoreGeometry } from "./resample-onto.js";

const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const;
const signs = [[1, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1], [-1, 1, 1], [-1, 1, -1], [-1, -1, 1], [-1, -1, -1]] as const;
const names = ["RL", "AP", "SI"];

/** All 48 ways in which a grid can lie along the world's axes: codes and affine. */
const orientations = orders.flatMap((order) =>
  signs.map((sign) => {
    const affine = [0, 0, 0, -12.5, 0, 0, 0, 30, 0, 0, 0, 7, 0, 0, 0, 1];
    order.forEach((row, column) => (affine[row * 4 + column] = sign[column]! * [1.5, 2, 3.25][column]!));
    return { codes: order.map((row, column) => names[row]![sign[column]! > 0 ? 0 : 1]!).join(""), affine };
  }),
);

function marked(affine: readonly number[]): Volume<Int16Array> {
  return createVolume({ voxels: Int16Array.from({ length: 3 * 4 * 5 * 2 }, (_, at) => at), size: [3, 4, 5], channels: 2, affine });
}

/** Where in the world every value of the first channel lies. */
function places({ voxels, size, channels, affine }: Volume): Map<number, number[]> {
  const [, height, width] = size as [number, number, number];
  const found = new Map<number, number[]>();
  for (let at = 0; at < voxels.length; at += channels) {
    const index = at / channels;
    const [k, j, i] = [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
    found.set(voxels[at]!, toWorld(affine, [i, j, k]).map((value) => Math.round(value * 1e6) / 1e6 + 0));
  }
  return found;
}

describe("reorient", () => {
  it("names all 48 orientations", () => {
    expect(new Set(orientations.map(({ codes }) => codes)).size).toBe(48);
    for (const { codes, affine } of orientations) expect(axisCodes(affine)).toBe(codes);
  });

  it.each(["RAS", "LPS", "SAL"])("turns every orientation to %s and back, exactly, no voxel leaving its place", (wanted) => {
    for (const { affine } of orientations) {
      const volume = marked(affine);
      const { volume: turned, original } = reorient(volume, wanted);
      expect(axisCodes(turned.affine)).toBe(wanted);
      expect(places(turned)).toEqual(places(volume));
      expect(new Set(turned.spacing)).toEqual(new Set(volume.spacing));
      expect(restoreGeometry(turned, original)).toEqual(volume);
    }
  });

  it("keeps an oblique scan's rotation in the affine, for rotations of any size", () => {
    const unit = fc.float({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit).filter((q) => Math.hypot(...q) <= 1), fc.constantFrom(...orientations), ([b, c, d], { affine }) => {
        const r = rotationFromQuaternion(b, c, d);
        const rotation = [r[0]!, r[1]!, r[2]!, 0, r[3]!, r[4]!, r[5]!, 0, r[6]!, r[7]!, r[8]!, 0, 0, 0, 0, 1];
        const volume = marked(multiplyAffines(rotation, affine));
        const { volume: turned, original } = reorient(volume);
        expect(axisCodes(turned.affine)).toBe("RAS");
        const before = places(volume);
        const moved = [...places(turned)].flatMap(([value, place]) => place.map((x, axis) => Math.abs(x - before.get(value)![axis]!)));
        expect(Math.max(...moved)).toBeLessThan(1e-5);
        expect(restoreGeometry(turned, original)).toEqual(volume);
      }),
      { numRuns: 200 },
    );
  });

  it("agrees with a case worked by hand", () => {
    // LAS: width runs to the patient's left
    const volume = createVolume({ voxels: Uint8Array.of(1, 2, 3), size: [1, 1, 3], affine: [-2, 0, 0, 4, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] });
    const { volume: turned } = reorient(volume, "RAS");
    expect([...turned.voxels]).toEqual([3, 2, 1]);
    expect(turned.affine.slice(0, 4)).toEqual([2, 0, 0, 0]);
  });

  it("leaves 2D images and refuses codes that are none", () => {
    const image = createVolume({ voxels: new Uint8Array(4), size: [2, 2] });
    expect(reorient(image).volume).toBe(image);
    for (const codes of ["", "RA", "RRS", "RLS", "XYZ", "RASA", "ras"]) {
      expect(() => reorient(image, codes)).toThrow(expect.objectContaining({ code: "SSL3D_AXIS_CODES" }) as Error);
    }
  });
});

describe("invertAffine", () => {
  it("undoes an affine", () => {
    for (const { affine } of orientations) {
      multiplyAffines(invertAffine(affine), affine).forEach((value, at) => expect(value).toBeCloseTo(at % 5 === 0 ? 1 : 0, 10));
    }
    expect(() => invertAffine(new Array<number>(16).fill(0))).toThrow(RangeError);
  });
});
