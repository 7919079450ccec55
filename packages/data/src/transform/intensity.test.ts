import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { clipPercentiles, minMax, zScore } from "./intensity.js";

const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 8, maxLength: 60 });
const volumeOf = (numbers: number[], channels = 1): ReturnType<typeof createVolume<Float32Array>> =>
  createVolume({ voxels: Float32Array.from(numbers), size: [1, 1, numbers.length / channels], channels });

describe("zScore", () => {
  it("gives mean 0 and standard deviation 1, or zeros for a constant", () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { volume, change } = zScore(volumeOf(numbers));
        const mean = volume.voxels.reduce((a, b) => a + b, 0) / numbers.length;
        const spread = Math.sqrt(volume.voxels.reduce((a, b) => a + b * b, 0) / numbers.length);
        expect(mean).toBeCloseTo(0, 3);
        expect(spread).toBeCloseTo(change.scale[0] === 0 ? 0 : 1, 3);
        volume.voxels.forEach((value, at) => expect(value * change.scale[0]! + change.offset[0]!).toBeCloseTo(numbers[at]!, 1));
      }),
    );
  });

  it("treats channels on their own, or jointly", () => {
    const volume = volumeOf([0, 100, 2, 300], 2);
    expect([...zScore(volume).volume.voxels]).toEqual([-1, -1, 1, 1]);
    const joint = zScore(volume, { joint: true });
    expect(joint.change.offset).toEqual([100.5, 100.5]);
    expect([...zScore(volumeOf([7, 7, 7, 7])).volume.voxels]).toEqual([0, 0, 0, 0]);
  });

  it("measures the foreground alone and leaves the background at 0", () => {
    const volume = createVolume({ voxels: Float32Array.of(-5, -5, 1, 3, -5, -5), size: [1, 1, 6] });
    const { volume: result, change } = zScore(volume, { foregroundOnly: true });
    expect([...result.voxels]).toEqual([0, 0, -1, 1, 0, 0]);
    expect(change).toEqual({ offset: [2], scale: [1] });
  });
});

describe("minMax", () => {
  it("spans 0 to 1, and a constant scan becomes zeros", () => {
    expect([...minMax(volumeOf([-2, 0, 2])).volume.voxels]).toEqual([0, 0.5, 1]);
    expect([...minMax(volumeOf([900, 900, 900])).volume.voxels]).toEqual([0, 0, 0]);
    expect([...minMax(volumeOf([0.1, 0.1])).volume.voxels]).toEqual([0, 0]);
  });
});

describe("clipPercentiles", () => {
  it("agrees with NumPy's percentiles", () => {
    // numpy.percentile(range(11), [12, 93]) = 1.2, 9.3
    const { volume, limits } = clipPercentiles(volumeOf([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]), [12, 93]);
    expect(limits[0]!.map((value) => +value.toFixed(6))).toEqual([1.2, 9.3]);
    expect([...volume.voxels].map((value) => +value.toFixed(5))).toEqual([9.3, 9, 8, 7, 6, 5, 4, 3, 2, 1.2, 1.2]);
  });

  it("limits each channel by its own values, or all by all", () => {
    const volume = volumeOf([0, 0, 1, 100, 2, 200], 2);
    expect(clipPercentiles(volume, [0, 50]).limits).toEqual([[0, 1], [0, 100]]);
    expect(clipPercentiles(volume, [0, 100], { joint: true }).limits).toEqual([[0, 200]]);
  });
});
