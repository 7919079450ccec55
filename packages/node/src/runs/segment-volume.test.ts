import { preprocessingOptions, validate, type Affine } from "@ssl3d/core";
import { createVolume, readNifti, writeNifti } from "@ssl3d/data";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { segmentVolume } from "./segment-volume.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const DEGREES = Math.PI / 180;
const tilt = [Math.cos(20 * DEGREES), Math.sin(20 * DEGREES)] as const;

/** Width to the patient's right, to the left, and a slanted grid of unequal spacing. */
const AFFINES: Readonly<Record<string, Affine>> = {
  RAS: [1, 0, 0, -5, 0, 1, 0, -4, 0, 0, 1, -3, 0, 0, 0, 1],
  LAS: [-1, 0, 0, 5, 0, 1, 0, -4, 0, 0, 1, -3, 0, 0, 0, 1],
  LPI: [-2, 0, 0, 5, 0, -1, 0, 4, 0, 0, -1.5, 3, 0, 0, 0, 1],
  oblique: [1.5 * tilt[0], -tilt[1], 0, 7, 1.5 * tilt[1], tilt[0], 0, -2, 0, 0, 2, 1, 0, 0, 0, 1],
};

/** Marks voxels that are brighter than their surroundings. */
const brightness = {
  predict: (images: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const bright = tf.cast(tf.greater(images, 1), "float32");
      return tf.concat([tf.sub(1, bright), bright], -1);
    }),
};

/** A bright block off the centre, so that a wrong flip or shift shows. */
function scan(affine: Affine): ReturnType<typeof createVolume<Float32Array>> {
  const size = [10, 12, 14];
  const voxels = new Float32Array(10 * 12 * 14);
  for (let k = 2; k < 5; k++) for (let j = 6; j < 10; j++) for (let i = 1; i < 6; i++) voxels[(k * 12 + j) * 14 + i] = 9;
  return createVolume({ id: "scan", voxels, size, affine });
}

describe("segmentVolume", () => {
  it.each(Object.entries(AFFINES))("lays labels over the input's own voxels: %s", async (_, affine) => {
    const before = tf.memory().numTensors;
    const volume = await readNifti(await writeNifti(scan(affine)));
    const { labels, probabilities } = await segmentVolume(volume, {
      head: brightness,
      preprocessing: validate(preprocessingOptions, {}, "test"),
      patchSize: [8, 8, 8],
      labelValues: [0, 4],
    });
    expect([...labels.voxels]).toEqual(Array.from(volume.voxels, (value) => (value > 0 ? 4 : 0)));
    expect(labels.affine).toEqual(volume.affine);
    expect(probabilities.shape).toEqual([10, 12, 14, 2]);
    const written = await readNifti(await writeNifti(labels));
    expect(written.size).toEqual(volume.size);
    written.affine.forEach((value, index) => expect(value).toBeCloseTo(affine[index] as number, 5));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("finds the place again after resampling and cropping, to within a voxel", async () => {
    const volume = scan(AFFINES["oblique"] as Affine);
    const { labels } = await segmentVolume(volume, {
      head: brightness,
      preprocessing: validate(preprocessingOptions, { spacing: [1, 1, 1], size: [24, 16, 24] }, "test"),
      patchSize: [16, 16, 16],
      labelValues: [0, 1],
    });
    const overlap = labels.voxels.reduce((sum, label, index) => sum + (label === 1 && (volume.voxels[index] as number) > 0 ? 1 : 0), 0);
    const found = labels.voxels.reduce((sum, label) => sum + label, 0);
    const dice = (2 * overlap) / (found + 3 * 4 * 5);
    expect(dice).toBeGreaterThan(0.75);
    expect(labels.size).toEqual(volume.size);
  });
});
