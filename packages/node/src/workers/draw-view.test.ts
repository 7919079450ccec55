import { createRandom, type LabelledCase, type Volume } from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { describe, expect, it } from "vitest";
import { createViews, takeSlice } from "./draw-view.js";

/** Voxel [depth, height, width] holds its own place: 100 z + 10 y + x, but planes 0 and 3 of depth are empty. */
function labelled(): LabelledCase & { readonly image: Volume<Float32Array> } {
  const size = [4, 3, 5];
  const voxels = Float32Array.from({ length: 60 }, (_, i) => {
    const z = Math.floor(i / 15);
    return z === 0 || z === 3 ? 0 : 100 * z + 10 * (Math.floor(i / 5) % 3) + (i % 5);
  });
  const truth = createVolume({ voxels: Uint8Array.from(voxels, (value) => value % 7), size, spacing: [3, 2, 1] });
  return { image: createVolume({ id: "case", voxels, size, spacing: [3, 2, 1] }), truth };
}

describe("createViews", () => {
  it("takes the case as it is where nothing is asked", () => {
    const whole = labelled();
    expect(createViews({ slices: null, crop: null })(whole, createRandom(1))).toBe(whole);
  });

  it("draws only slices that show something, with the labels of the same slice", () => {
    const draw = createViews({ slices: { axis: "axial", foreground: 0.5 }, crop: null });
    const places = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const { image, truth } = draw(labelled(), createRandom(seed));
      expect(image).toMatchObject({ size: [3, 5], spacing: [2, 1], channels: 1, id: "case" });
      places.add(Math.floor(image.voxels[0]! / 100));
      expect(Array.from((truth as Volume).voxels)).toEqual(Array.from(image.voxels, (value) => value % 7));
    }
    expect([...places].sort()).toEqual([1, 2]);
  });

  it("turns slices as a radiologist reads them: front or top first, the patient's right on the left", () => {
    const { image } = labelled();
    // RAS: the last row is the front, the last column the patient's right
    expect(takeSlice(image, 0, 1).voxels[0]).toBe(124);
    expect(Array.from(takeSlice(image, 1, 0).voxels.subarray(5, 10))).toEqual([204, 203, 202, 201, 200]);
    expect(takeSlice(image, 2, 4)).toMatchObject({ size: [4, 3], spacing: [3, 2] });
    expect(Array.from(takeSlice(image, 2, 4).voxels.subarray(3, 6))).toEqual([224, 214, 204]);
  });

  it("draws patches anywhere, again where one is constant, and cuts labels alike", () => {
    const voxels = new Float32Array(100);
    voxels[99] = 1;
    const image = createVolume({ voxels, size: [10, 10] });
    const draw = createViews({ slices: null, crop: 8 });
    const found = Array.from({ length: 20 }, (_, seed) => draw({ image, truth: image }, createRandom(seed)));
    // 9 places, of which one shows the only bright voxel
    expect(found.filter((view) => view.image.voxels.at(-1) === 1).length).toBeGreaterThan(14);
    for (const view of found) expect((view.truth as Volume).voxels).toEqual(view.image.voxels);
  });

  it("refuses slices of images, and volumes that show too little", () => {
    const draw = createViews({ slices: { axis: "coronal", foreground: 0.9 }, crop: null });
    expect(() => draw(labelled(), createRandom(1))).toThrow(expect.objectContaining({ code: "SSL3D_SLICES_EMPTY" }));
    const image = createVolume({ voxels: new Float32Array(4), size: [2, 2] });
    expect(() => draw({ image, truth: 0 }, createRandom(1))).toThrow(expect.objectContaining({ code: "SSL3D_SLICES_OF_IMAGE" }));
  });
});
