import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, disposeBatch, registerGradients, stackExamples, toBatch, train, trainingOptions, type Encoder, type Rank, type Volume } from "@ssl3d/core";
import { cropPatchGrid } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { jigsaw } from "./jigsaw.js";
import { jigsawOptions } from "./options.js";
import { jigsawPermutations } from "./permutations.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank): Encoder {
  const options = unetEncoderOptions.parse({ filters: 4, levels: 1, dropout: 0 });
  return unetEncoder.build({ rank, channels: 1, options, random: createRandom("encoder") });
}

/** Brighter along every axis, more along some than others, with noise: a piece shows where it was cut. */
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

describe.each([2, 3] as const)("jigsaw puzzles in %dD", (rank) => {
  it("puts the pieces in the order that the label names", () => {
    const volume = gradedVolume(rank, 9, 1);
    const options = jigsawOptions.parse({ patchJitter: 0 });
    const pieces = cropPatchGrid({ data: volume.voxels, shape: [...volume.size, 1] }, { perSide: 3 });
    const length = 3 ** rank;
    for (let seed = 0; seed < 20; seed++) {
      const { image, label } = jigsaw.example(volume, options, createRandom(seed), []);
      expect(image.shape).toEqual([3 ** rank, ...new Array<number>(rank).fill(3), 1]);
      jigsawPermutations(rank, 3, 100)[label.data[0]!]!.forEach((piece, place) => {
        expect(image.data.subarray(place * length, (place + 1) * length)).toEqual(pieces.data.subarray(piece * length, (piece + 1) * length));
      });
    }
  });

  it("falls far below chance within 40 steps", async () => {
    const side = 8;
    const options = jigsawOptions.parse({ widths: [24], dropout: 0, patchesPerSide: 2, patchJitter: 0, permutations: 8 });
    const encoder = buildEncoder(rank);
    const random = createRandom("learning");
    const task = jigsaw.build({ encoder, options, inputSize: new Array<number>(rank).fill(side), random });
    const batch = (index: number) => {
      const volumes = Array.from({ length: 8 }, (_, i) => gradedVolume(rank, side, index * 8 + i));
      const examples = volumes.map((volume) => jigsaw.example(volume, options, createRandom(volume.id), []));
      return Promise.resolve(stackExamples(examples, volumes.map(({ id }) => id)));
    };
    const training = trainingOptions.parse({ steps: 40, learningRate: 0.02 });
    const { last } = await train({ encoder, trainable: task, batches: { batch }, options: training, random });
    expect(last!.loss).toBeLessThan(Math.log(8) / 3);
    expect(last!.metrics.accuracy).toBeGreaterThan(0.7);
    task.dispose();
    encoder.dispose();
  });
});

describe("jigsaw puzzles", () => {
  it("answer raw pieces with the probabilities whose cross-entropy is the loss", () => {
    const options = jigsawOptions.parse({ widths: [24], patchesPerSide: 2, patchJitter: 0, permutations: 8 });
    const encoder = buildEncoder(2);
    const task = jigsaw.build({ encoder, options, inputSize: [8, 8], random: createRandom(2) });
    const examples = [1, 2, 3].map((seed) => jigsaw.example(gradedVolume(2, 8, seed), options, createRandom(seed), []));
    const batch = toBatch(stackExamples(examples, ["a", "b", "c"]));
    tf.tidy(() => {
      const probabilities = task.infer!([batch.tensors.image]).arraySync() as number[][];
      const losses = probabilities.map((row, i) => -Math.log(row[examples[i]!.label.data[0]!]!));
      expect(probabilities[0]).toHaveLength(8);
      expect(task.step(batch, { training: false }).loss.dataSync()[0]).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 3, 5);
      expect(() => task.infer!([tf.zeros([1, 3, 4, 4, 1])])).toThrow("The network of jigsaw expected one input, [batch, 4, 4, 4, 1], but received [1, 3, 4, 4, 1].");
      expect(() => task.infer!([tf.zeros([1, 4, 8, 4, 1])])).toThrow("but received [1, 4, 8, 4, 1]");
      // the encoder's pooling makes as many features of it
      expect(task.infer!([tf.zeros([1, 4, 5, 4, 1])]).shape).toEqual([1, 8]);
      expect(() => task.infer!([])).toThrow("but received none");
    });
    disposeBatch(batch);
    task.dispose();
    encoder.dispose();
  });

  it("join all pieces' features before the classes", () => {
    const encoder = buildEncoder(3);
    const options = jigsawOptions.parse({ widths: [5] });
    const task = jigsaw.build({ encoder, options, inputSize: [33, 36, 39], random: createRandom(2) });
    // cells of 11, 12 and 13 voxels less 3 of jitter, pooled twice: 2 x 2 x 2 positions of 8 features, 27 pieces
    expect(task.weights[0]!.variable.shape).toEqual([27 * 8 * 8, 5]);
    expect(task.weights.find(({ name }) => name === "classes/kernel")!.variable.shape).toEqual([5, 100]);
    task.dispose();
    encoder.dispose();
  });

  it("refuse more orders than the pieces have", () => {
    const encoder = buildEncoder(2);
    const options = jigsawOptions.parse({ patchesPerSide: 2 });
    expect(() => jigsaw.build({ encoder, options, inputSize: [24, 24], random: createRandom(3) })).toThrow(
      "2 pieces along every axis of a 2D image can be put in 24 orders, but the option `permutations` asks for 100.",
    );
    encoder.dispose();
  });

  it.each([2, 3] as const)("show the puzzle and its solution in %dD", (rank) => {
    const volume = { ...gradedVolume(rank, 9, 4), channels: 1 };
    const options = jigsawOptions.parse({ patchJitter: 0 });
    const example = jigsaw.example(volume, options, createRandom(7), []);
    const [puzzle, solution] = jigsaw.preview!(example, options);
    expect(solution!.image.shape).toEqual([...volume.size, 1]);
    expect(solution!.image.data).toEqual(volume.voxels);
    expect(puzzle!.image.data).not.toEqual(volume.voxels);
    expect([...puzzle!.image.data].sort()).toEqual([...volume.voxels].sort());
    expect(puzzle!.caption).toContain("which of 100 known orders");
  });

  it("blank every piece's borders for the shortcut check", () => {
    const options = jigsawOptions.parse({ patchJitter: 0 });
    const example = jigsaw.example(gradedVolume(2, 24, 5), options, createRandom(1), []);
    const masked = jigsaw.maskBorders!(example, options);
    const changed = [...masked.image.data].filter((value, i) => value !== example.image.data[i]).length;
    // pieces of 8 x 8, of which 6 x 6 stay
    expect(changed).toBe(9 * (8 ** 2 - 6 ** 2));
    expect(masked.label).toBe(example.label);
  });

  it("keep their options through JSON", () => {
    const resolved = jigsawOptions.parse({});
    expect(resolved).toMatchObject({ patchesPerSide: 3, patchJitter: 3, permutations: 100 });
    expect(jigsawOptions.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    expect(jigsawOptions.safeParse({ permutations: 1 }).success).toBe(false);
  });
});
