import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, registerGradients, stackExamples, train, trainingOptions, type Encoder, type Rank, type Volume } from "@ssl3d/core";
import { cropPatchGrid } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { neighbourCount, neighbourPatch } from "./neighbours.js";
import { rplOptions } from "./options.js";
import { rpl } from "./rpl.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank, levels = 1): Encoder {
  const options = unetEncoderOptions.parse({ filters: 4, levels, dropout: 0 });
  return unetEncoder.build({ rank, channels: 1, options, random: createRandom("encoder") });
}

/** Every axis is told by the spacing of waves and by brightness along it, with noise: a patch shows where it was cut. */
function gradedVolume(rank: Rank, side: number, seed: number): Volume<Float32Array> {
  const random = createRandom(seed);
  const size = new Array<number>(rank).fill(side);
  const voxels = Float32Array.from({ length: side ** rank }, (_, index) => {
    let value = random.normal(0, 0.05);
    for (let axis = 0; axis < rank; axis++) value += (axis + 1) * ((Math.floor(index / side ** axis) % side) / side - 0.5);
    return value;
  });
  return { id: `case ${seed}`, voxels, size, channels: 1, spacing: size.map(() => 1), affine: [] };
}

describe.each([2, 3] as const)("relative patch location in %dD", (rank) => {
  it("gives the middle patch and the neighbour that the label names", () => {
    const volume = gradedVolume(rank, 9, 1);
    const options = rplOptions.parse({ patchJitter: 0 });
    const patches = cropPatchGrid({ data: volume.voxels, shape: [...volume.size, 1] }, { perSide: 3 });
    const length = 3 ** rank;
    const labels = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const { image, label } = rpl.example(volume, options, createRandom(seed), []);
      expect(image.shape).toEqual([2, ...new Array<number>(rank).fill(3), 1]);
      const patch = neighbourPatch(rank, 3, label.data[0]!);
      const middle = (3 ** rank - 1) / 2;
      expect(image.data.subarray(0, length)).toEqual(patches.data.subarray(middle * length, (middle + 1) * length));
      expect(image.data.subarray(length)).toEqual(patches.data.subarray(patch * length, (patch + 1) * length));
      labels.add(label.data[0]!);
    }
    expect(labels.size).toBe(neighbourCount(rank, 3));
  });

  it("falls far below chance within 40 steps", async () => {
    const side = 8;
    const options = rplOptions.parse({ widths: [24], dropout: 0, patchesPerSide: 2, patchJitter: 0 });
    const encoder = buildEncoder(rank);
    const random = createRandom("learning");
    const task = rpl.build({ encoder, options, inputSize: new Array<number>(rank).fill(side), random });
    const batch = (index: number) => {
      const volumes = Array.from({ length: 16 }, (_, i) => gradedVolume(rank, side, index * 16 + i));
      const examples = volumes.map((volume) => rpl.example(volume, options, createRandom(volume.id), []));
      return Promise.resolve(stackExamples(examples, volumes.map(({ id }) => id)));
    };
    const training = trainingOptions.parse({ steps: 40, learningRate: 0.02 });
    const { last } = await train({ encoder, trainable: task, batches: { batch }, options: training, random });
    expect(last!.loss).toBeLessThan(Math.log(neighbourCount(rank, 2)) / 3);
    expect(last!.metrics.accuracy).toBeGreaterThan(0.7);
    task.dispose();
    encoder.dispose();
  });
});

describe("relative patch location", () => {
  it("joins both patches' features before the classes", () => {
    const encoder = buildEncoder(3);
    const options = rplOptions.parse({ widths: [5] });
    const task = rpl.build({ encoder, options, inputSize: [33, 36, 39], random: createRandom(2) });
    // cells of 11, 12 and 13 voxels less 3 of jitter, pooled twice: 2 x 2 x 2 positions of 8 features, two patches
    expect(task.weights[0]!.variable.shape).toEqual([2 * 8 * 8, 5]);
    expect(task.weights.find(({ name }) => name === "classes/kernel")!.variable.shape).toEqual([5, 26]);
    task.dispose();
    encoder.dispose();
  });

  it("refuses patches that the encoder pools away, and grids that leave none", () => {
    const encoder = buildEncoder(3, 3);
    const build = (input: object) => () =>
      rpl.build({ encoder, options: rplOptions.parse(input), inputSize: [24, 24, 24], random: createRandom(3) });
    expect(build({})).toThrow(expect.objectContaining({ code: "SSL3D_NN_IMAGE_TOO_SMALL" }));
    expect(build({ patchJitter: 8 })).toThrow(expect.objectContaining({ code: "SSL3D_PATCH_GRID" }));
    encoder.dispose();
  });

  it("blanks the borders of both patches for the shortcut check", () => {
    const volume = gradedVolume(3, 24, 5);
    const options = rplOptions.parse({ patchJitter: 0 });
    const example = rpl.example(volume, options, createRandom(1), []);
    const masked = rpl.maskBorders!(example, options);
    expect(masked.label).toBe(example.label);
    const changed = [...masked.image.data].filter((value, i) => value !== example.image.data[i]).length;
    // one voxel at each side of either patch
    expect(changed).toBe(2 * (8 ** 3 - 6 ** 3));
  });

  it("explains what the network is asked, and shows the answer on a board of all places", () => {
    // every voxel holds the number of its patch of 3 voxels a side
    const volume = { ...gradedVolume(3, 9, 6), voxels: Float32Array.from({ length: 9 ** 3 }, (_, i) => 9 * Math.floor(i / 243) + 3 * (Math.floor(i / 27) % 3) + (Math.floor(i / 3) % 3)) };
    const options = rplOptions.parse({ patchJitter: 0 });
    const example = rpl.example(volume, options, { ...createRandom(1), integer: () => 14 }, []);
    const [middle, other, answer] = rpl.preview!(example, options);
    expect(middle!.image.data.every((value) => value === 13)).toBe(true);
    expect(other!.caption).toContain("one of 26 places");
    expect(other!.image.shape).toEqual([3, 3, 3, 1]);
    expect(answer!.title).toBe("Right answer: in front and to the patient's left (class 14)");
    // three boards of 3 x 3 places, 3 pixels each with 2 between them; front is at the top, the patient's left on the right
    const [height, width] = answer!.image.shape as [number, number];
    expect([height, width]).toEqual([17, 51]);
    const at = (row: number, column: number): number[] => [answer!.outline!.data[row * width + column]!, answer!.image.data[row * width + column]!];
    expect(at(7, 17 + 7)).toEqual([1, 13]);
    expect(at(2, 17 + 12)).toEqual([2, 15]);
    expect(at(2, 2)).toEqual([0, 13.5]);
    expect(at(0, 0)).toEqual([0, 13]);
    expect(answer!.image.data.filter((value) => value === 13.5).length).toBe(25 * 9);
  });

  it("shows images as they are", () => {
    const options = rplOptions.parse({ patchJitter: 0 });
    const example = rpl.example(gradedVolume(2, 9, 6), options, { ...createRandom(1), integer: () => 2 }, []);
    const answer = rpl.preview!(example, options)[2]!;
    expect(answer.title).toBe("Right answer: above and to the right (class 2)");
    expect(answer.image.shape).toEqual([17, 17, example.image.shape[3]]);
    expect(answer.outline!.data[2 * 17 + 12]).toBe(2);
  });

  it("keeps its options through JSON", () => {
    const resolved = rplOptions.parse({});
    expect(resolved).toEqual({ patchesPerSide: 3, patchJitter: 3, widths: [2048, 1024], batchNorm: true, dropout: 0.5 });
    expect(rplOptions.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    expect(rplOptions.safeParse({ patchesPerSide: 1 }).success).toBe(false);
  });
});
