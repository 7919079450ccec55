import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, type Volume } from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { mostProbable, predictClasses, predictSlabs, predictVolume } from "./predict-volume.js";
import { layWindows } from "./windows.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function noiseVolume(size: readonly number[], channels: number): Volume<Float32Array> {
  const random = createRandom(size.join("x"));
  const voxels = Float32Array.from({ length: size.reduce((a, b) => a * b, channels) }, () => random.normal());
  return createVolume({ voxels, size, channels });
}

/** Looks at one voxel at a time, so that windows cannot change what it says. */
const voxelwise = { predict: (images: tf.Tensor): tf.Tensor => tf.softmax(images) };

const scenes = fc.constantFrom(2, 3).chain((rank) =>
  fc.record({
    size: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: rank, maxLength: rank }),
    patchSize: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: rank, maxLength: rank }),
    overlap: fc.constantFrom(0, 0.25, 0.5, 0.8),
    blending: fc.constantFrom("gaussian" as const, "uniform" as const),
  }),
);

describe("predictVolume", () => {
  it("gives what the head says of every voxel, whatever the windows", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async ({ size, ...window }) => {
        const volume = noiseVolume(size, 3);
        const expected = tf.tidy(() => tf.softmax(tf.tensor(volume.voxels, [...size, 3])).dataSync());
        const before = tf.memory().numTensors;
        const { data, shape } = await predictVolume(voxelwise, volume, window);
        expect(tf.memory().numTensors).toBe(before);
        expect(shape).toEqual([...size, 3]);
        data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      }),
      { numRuns: 60 },
    );
  });

  it("averages windows that disagree by their shares", async () => {
    // The head answers with the position in its window; a row of 6 gets windows at 0 and 2.
    const position = { predict: (): tf.Tensor => tf.reshape(tf.range(0, 4), [1, 1, 4, 1]) };
    const window = { patchSize: [1, 4], overlap: 0.5 };
    const uniform = await predictVolume(position, noiseVolume([1, 6], 1), { ...window, blending: "uniform" });
    expect([...uniform.data]).toEqual([0, 1, 1, 2, 2, 3]);
    const gaussian = await predictVolume(position, noiseVolume([1, 6], 1), window);
    const near = Math.exp(-0.5 * 1 ** 2);
    const far = Math.exp(-0.5 * 3 ** 2);
    expect(gaussian.data[2]).toBeCloseTo((2 * near + 0 * far) / (near + far), 5);
    expect(gaussian.data[3]).toBeCloseTo((3 * far + 1 * near) / (near + far), 5);
  });

  it("shows zeros outside the image", async () => {
    const sum = {
      predict: (images: tf.Tensor): tf.Tensor => tf.tidy(() => tf.mul(tf.onesLike(images), tf.sum(images))),
    };
    const volume = noiseVolume([2, 3, 2], 1);
    const { data } = await predictVolume(sum, volume, { patchSize: [4, 4, 4] });
    expect(data[0]).toBeCloseTo(volume.voxels.reduce((a, b) => a + b, 0), 5);
  });

  it("reports progress up to the number of windows", async () => {
    const calls: string[] = [];
    const onProgress = (done: number, total: number): void => void calls.push(`${done}/${total}`);
    await predictVolume(voxelwise, noiseVolume([6, 4, 4], 2), { patchSize: [4, 4, 4], onProgress });
    expect(calls).toEqual(["1/2", "2/2"]);
  });
});

describe("predictClasses", () => {
  it("gives the most probable class, holding no more than a window's slices", async () => {
    const volume = noiseVolume([9, 4, 5], 3);
    const window = { patchSize: [4, 3, 3] };
    const classes = await predictClasses(voxelwise, volume, window);
    expect(classes.shape).toEqual([9, 4, 5]);
    expect(classes.data).toEqual(mostProbable({ data: volume.voxels, shape: [9, 4, 5, 3] }));
    let next = 0;
    for await (const { start, probabilities } of predictSlabs(voxelwise, volume, window)) {
      expect(start).toBe(next);
      expect(probabilities.shape[0]).toBeLessThanOrEqual(4);
      next += probabilities.shape[0]!;
    }
    expect(next).toBe(9);
  });
});

describe("layWindows", () => {
  it("overlaps neighbours by at least the fraction asked for and covers the axis from end to end", () => {
    const sizes = fc.integer({ min: 2, max: 60 });
    const widths = fc.integer({ min: 2, max: 20 });
    fc.assert(
      fc.property(sizes, widths, fc.constantFrom(0, 0.3, 0.5), (size, width, overlap) => {
        const furthest = Math.ceil(width * (1 - overlap));
        const { starts } = layWindows(size, width, overlap, "uniform");
        expect(starts[0]).toBe(Math.min(0, Math.floor((size - width) / 2)));
        expect(starts.at(-1)! + width).toBeGreaterThanOrEqual(size);
        starts.slice(1).forEach((start, i) => expect(start - starts[i]!).toBeLessThanOrEqual(furthest));
      }),
    );
  });
});
