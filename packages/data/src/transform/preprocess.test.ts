import { readFileSync } from "node:fs";
import { preprocessingOptions } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { readNifti } from "../nifti/read-nifti.js";
import { createVolume } from "../volume/volume.js";
import { permuteAxes } from "./permute-axes.js";
import { preprocess, preprocessLabels } from "./preprocess.js";
import { axisCodes } from "./reorient.js";
import { restoreGeometry } from "./resample-onto.js";

const head = await readNifti(readFileSync(new URL("../../testdata/colin27_4mm.nii.gz", import.meta.url)), { id: "head" });
const options = preprocessingOptions.parse({ spacing: [6, 5, 5], cropToForeground: true, clipPercentiles: [0.5, 99.5], size: [32, 40, 36] });

describe("preprocess on a real head", () => {
  // stored the other way round: width to the left, height to the top, depth to the back
  const stored = permuteAxes(head, [1, 0, 2], [true, false, true]);
  const processed = preprocess(stored, options);

  it("turns, resamples, normalises and brings to size", () => {
    const { volume, record } = processed;
    expect(axisCodes(stored.affine)).toBe("LSP");
    expect(axisCodes(volume.affine)).toBe("RAS");
    expect(volume.size).toEqual([32, 40, 36]);
    volume.spacing.forEach((length, axis) => expect(length).toBeCloseTo([6, 5, 5][axis]!, 9));
    expect(volume.voxels).toBeInstanceOf(Float32Array);
    expect(record.grids.map(({ step }) => step)).toEqual(["reorient", "resample", "crop", "size"]);
    expect(record.normalised!.scale[0]).toBeGreaterThan(10);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it("gives the same result for the same head stored in another orientation", () => {
    const other = preprocess(head, options);
    expect(other.volume.size).toEqual(processed.volume.size);
    other.volume.affine.forEach((value, at) => expect(value).toBeCloseTo(processed.volume.affine[at]!, 6));
    const worst = other.volume.voxels.reduce((most, value, at) => Math.max(most, Math.abs(value - processed.volume.voxels[at]!)), 0);
    expect(worst).toBeLessThan(1e-4);
  });

  it("brings a label map to the network and back to the same place", () => {
    const labels = createVolume({ ...stored, id: "labels", voxels: Uint8Array.from(stored.voxels, (value) => (value > 60 ? 1 : 0)) });
    const seen = preprocessLabels(labels, processed);
    expect(seen.voxels).toBeInstanceOf(Uint8Array);
    const back = restoreGeometry(seen, processed.original);
    expect(back.size).toEqual(stored.size);
    expect(back.affine).toEqual(stored.affine);
    let both = 0;
    let sum = 0;
    back.voxels.forEach((value, at) => {
      both += value * labels.voxels[at]!;
      sum += value + labels.voxels[at]!;
    });
    // two nearest-neighbour steps at 5 to 6 mm cost some border voxels, a shift by one voxel would cost far more
    expect((2 * both) / sum).toBeGreaterThan(0.85);
  });

  it("clips to a range of intensities before normalising, whatever lies beyond", () => {
    const range = preprocessingOptions.parse({ orientation: null, intensityRange: [40, 90], normalisation: "min-max" });
    const { volume } = preprocess(stored, range);
    const expected = Float32Array.from(stored.voxels, (value) => (Math.min(90, Math.max(40, value)) - 40) / 50);
    expect(volume.voxels.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!)), 0)).toBeLessThan(1e-6);
    expect(stored.voxels.some((value) => value > 90)).toBe(true);
  });

  it("leaves a volume as it is where nothing is asked", () => {
    const nothing = preprocessingOptions.parse({ orientation: null, normalisation: "none" });
    const result = preprocess(stored, nothing);
    expect(result.volume.voxels).toEqual(Float32Array.from(stored.voxels));
    expect(result.volume.affine).toBe(stored.affine);
    expect(result.record).toEqual({ grids: [] });
  });

  it("takes images, too", () => {
    const image = createVolume({ voxels: Uint8Array.from({ length: 48 }, (_, at) => at), size: [4, 4], channels: 3 });
    const { volume, original } = preprocess(image, preprocessingOptions.parse({ size: [6, 2], normalisation: "min-max" }));
    expect(volume).toMatchObject({ size: [6, 2], channels: 3 });
    expect(restoreGeometry(volume, original).size).toEqual([4, 4]);
  });
});

describe("preprocess", () => {
  it("refuses a size of another number of axes instead of making a volume of a picture", () => {
    const picture = createVolume({ id: "eye", voxels: new Float32Array(16), size: [4, 4] });
    expect(() => preprocess(picture, preprocessingOptions.parse({ size: [8, 8, 8] }))).toThrow(expect.objectContaining({ code: "SSL3D_SPACING" }));
    expect(preprocess(picture, preprocessingOptions.parse({ size: [8, 6] })).volume.size).toEqual([8, 6]);
  });
});
