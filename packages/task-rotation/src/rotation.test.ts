import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createRandom,
  disposeBatch,
  registerGradients,
  stackExamples,
  toBatch,
  train,
  trainingOptions,
  type Batch,
  type Encoder,
  type Rank,
  type Volume,
} from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { rotationClasses } from "./right-angles.js";
import { rotation, type RotationExample } from "./rotation.js";
import { rotationOptions } from "./options.js";

const side = 8;
const options = rotationOptions.parse({ widths: [24], dropout: 0 });

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank, levels = 1): Encoder {
  const settings = unetEncoderOptions.parse({ filters: 3, levels, dropout: 0 });
  return unetEncoder.build({ rank, channels: 1, options: settings, random: createRandom("encoder") });
}

/** A noisy image that is bright towards one corner, more along some axes than others: no rotation maps it to itself. */
function lopsidedVolume(rank: Rank, seed: number): Volume<Float32Array> {
  const random = createRandom(seed);
  const size = new Array<number>(rank).fill(side);
  const voxels = Float32Array.from({ length: side ** rank }, (_, index) => {
    const position = size.map((_, axis) => (Math.floor(index / side ** axis) % side) / side);
    return position.reduce((sum, p, axis) => sum + (axis + 1) * (p - 0.5), 0) + random.normal(0, 0.1);
  });
  return { id: `case ${seed}`, voxels, size, channels: 1, spacing: size.map(() => 1), affine: [] };
}

function draw(rank: Rank, seed: number, count: number): { examples: RotationExample[]; ids: string[] } {
  const volumes = Array.from({ length: count }, (_, i) => lopsidedVolume(rank, seed * count + i));
  const examples = volumes.map((volume) => rotation.example(volume, options, createRandom(`draw ${volume.id}`), []));
  return { examples, ids: volumes.map(({ id }) => id) };
}

function drawBatch(rank: Rank, count: number): Batch<RotationExample> {
  const { examples, ids } = draw(rank, 0, count);
  return toBatch(stackExamples(examples, ids));
}

describe.each([2, 3] as const)("rotation in %dD", (rank) => {
  it("draws every class and labels it as it turned the image", () => {
    const volume = lopsidedVolume(rank, 1);
    const upright = rotation.example(volume, options, { ...createRandom(1), integer: () => 0 }, []);
    expect(upright.image.data).toEqual(volume.voxels);
    const labels = draw(rank, 0, 100).examples.map(({ label }) => label.data[0]!);
    expect([...new Set(labels)].sort((a, b) => a - b)).toEqual(rotationClasses(rank).map((_, c) => c));
  });

  it("learns to tell rotations apart", async () => {
    const encoder = buildEncoder(rank);
    const random = createRandom("learning");
    const task = rotation.build({ encoder, options, inputSize: new Array<number>(rank).fill(side), random });
    const batches = {
      batch: async (index: number) => {
        const { examples, ids } = draw(rank, index, 8);
        return Promise.resolve(stackExamples(examples, ids));
      },
    };
    const training = trainingOptions.parse({ steps: 30, learningRate: 0.02 });
    const { last } = await train({ encoder, trainable: task, batches, options: training, random });
    expect(last!.loss).toBeLessThan(Math.log(rotationClasses(rank).length) / 3);
    expect(last!.metrics.accuracy).toBeGreaterThan(0.7);
    task.dispose();
    encoder.dispose();
  });
});

describe("rotation", () => {
  it("gives the loss and accuracy of its own probabilities", () => {
    const encoder = buildEncoder(2);
    // Without hidden layers the classifier is one matrix, which the test can evaluate itself.
    const linear = rotationOptions.parse({ widths: [] });
    const task = rotation.build({ encoder, options: linear, inputSize: [side, side], random: createRandom(3) });
    const batch = drawBatch(2, 6);
    const { loss, metrics } = task.step(batch, { training: false });
    const [kernel, bias] = task.weights.map(({ variable }) => variable.dataSync());
    const output = encoder.forward(batch.tensors.image, { training: false }).output;
    const features = output.dataSync();
    const labels = batch.tensors.label.dataSync();
    const inputs = features.length / 6;
    let expectedLoss = 0;
    let hits = 0;
    labels.forEach((label, row) => {
      const logits = [0, 1, 2, 3].map((c) => {
        let sum = bias![c]!;
        for (let i = 0; i < inputs; i++) sum += features[row * inputs + i]! * kernel![i * 4 + c]!;
        return sum;
      });
      expectedLoss += (Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[label]!) / 6;
      if (logits.indexOf(Math.max(...logits)) === label) hits++;
    });
    expect(loss.dataSync()[0]).toBeCloseTo(expectedLoss, 4);
    expect(metrics.accuracy!.dataSync()[0]).toBeCloseTo(hits / 6, 5);
    disposeBatch(batch);
    task.dispose();
    encoder.dispose();
  });

  it("has the original's layers by default", () => {
    const encoder = buildEncoder(3);
    const task = rotation.build({ encoder, options: rotationOptions.parse({}), inputSize: [8, 8, 8], random: createRandom(4) });
    expect(task.weights.map(({ name, variable }) => [name, variable.shape])).toEqual([
      ["head/dense1/kernel", [2 ** 3 * 6, 2048]],
      ["head/dense1/bias", [2048]],
      ...["scale", "offset", "movingMean", "movingVariance"].map((name) => [`head/norm1/${name}`, [2048]]),
      ["head/dense2/kernel", [2048, 1024]],
      ["head/dense2/bias", [1024]],
      ...["scale", "offset", "movingMean", "movingVariance"].map((name) => [`head/norm2/${name}`, [1024]]),
      ["classes/kernel", [1024, 10]],
      ["classes/bias", [10]],
    ]);
    task.dispose();
    encoder.dispose();
  });

  it("builds for the cube that oblong images are cropped to", () => {
    const encoder = buildEncoder(3);
    const task = rotation.build({ encoder, options, inputSize: [8, 12, 10], random: createRandom(5) });
    expect(task.weights[0]!.variable.shape[0]).toBe(2 ** 3 * 6);
    task.dispose();
    encoder.dispose();
  });

  it("refuses images that the encoder pools away", () => {
    const encoder = buildEncoder(3, 3);
    expect(() => rotation.build({ encoder, options, inputSize: [8, 8, 8], random: createRandom(6) })).toThrow(
      "Expected images or patches of at least 16 voxels along every axis, which this encoder pools to one, received 8.",
    );
    encoder.dispose();
  });

  it("tells 24 rotations apart on request", () => {
    const encoder = buildEncoder(3);
    const cube = rotationOptions.parse({ widths: [5], rotations: "cube" });
    const task = rotation.build({ encoder, options: cube, inputSize: [8, 8, 8], random: createRandom(7) });
    expect(task.weights.find(({ name }) => name === "classes/kernel")!.variable.shape).toEqual([5, 24]);
    const labels = Array.from({ length: 300 }, (_, i) => rotation.example(lopsidedVolume(3, 1), cube, createRandom(i), []).label.data[0]!);
    expect(new Set(labels).size).toBe(24);
    const example = rotation.example(lopsidedVolume(3, 1), cube, { ...createRandom(1), integer: () => 23 }, []);
    const [figure] = rotation.preview!(example, cube);
    expect(figure!.title).toMatch(/^Right answer: \d+ degrees about the [\w-]+ axis, then \d+ degrees about the [\w-]+ axis \(class 23\)$/);
    expect(figure!.caption).toContain("which of 24 rotations");
    task.dispose();
    encoder.dispose();
  });

  it("blanks the image's borders for the shortcut check", () => {
    const example = rotation.example(lopsidedVolume(3, 2), options, createRandom(1), []);
    const masked = rotation.maskBorders!(example, options);
    expect(masked.label).toBe(example.label);
    const changed = [...masked.image.data].filter((value, i) => value !== example.image.data[i]).length;
    // one voxel at each side
    expect(changed).toBe(8 ** 3 - 6 ** 3);
  });

  it("explains in words what the network is asked", () => {
    const example = { image: { data: new Float32Array(8), shape: [2, 2, 2, 1] }, label: { data: Int32Array.of(6), shape: [] } };
    const [figure] = rotation.preview!(example, options);
    expect(figure!.title).toBe("Right answer: 90 degrees about the feet-to-head axis (class 6)");
    expect(figure!.image).toBe(example.image);
  });

  it("keeps its options through JSON", () => {
    const resolved = rotationOptions.parse({ widths: [64, 32] });
    expect(resolved).toEqual({ rotations: "axes", widths: [64, 32], batchNorm: true, dropout: 0.5 });
    expect(rotationOptions.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    expect(rotationOptions.safeParse({ width: [64] }).success).toBe(false);
  });
});
