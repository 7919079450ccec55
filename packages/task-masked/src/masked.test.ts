import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, disposeBatch, registerGradients, stackExamples, toBatch, train, trainingOptions, type Encoder, type HostBatch, type Rank } from "@ssl3d/core";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { createPhantom } from "@ssl3d/testing";
import { masked, type MaskedExample } from "./masked.js";
import { maskedOptions } from "./options.js";
import { scoreReconstruction } from "./reconstruction.js";

const side = 8;
const options = maskedOptions.parse({ blockSize: 2, maskFraction: 0.5 });

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank, channels = 1): Encoder {
  const settings = unetEncoderOptions.parse({ filters: 3, levels: 1, dropout: 0, pooling: "none" });
  return unetEncoder.build({ rank, channels, options: settings, random: createRandom("encoder") });
}

function drawBatch(rank: Rank, index: number, count = 3): HostBatch<MaskedExample> {
  const volumes = Array.from({ length: count }, (_, i) => createPhantom({ rank, side, seed: index * count + i }).image);
  const examples = volumes.map((volume) => masked.example(volume, options, createRandom(`draw ${volume.id}`), []));
  return stackExamples(examples, volumes.map(({ id }) => id));
}

describe.each([2, 3] as const)("masked reconstruction in %dD", (rank) => {
  it("explains half of the hidden voxels' variance after 40 steps", async () => {
    const encoder = buildEncoder(rank);
    const random = createRandom("learning");
    const task = masked.build({ encoder, options, inputSize: new Array<number>(rank).fill(side), random });
    const batches = { batch: (index: number) => Promise.resolve(drawBatch(rank, index)) };
    const training = trainingOptions.parse({ steps: 40, learningRate: 0.02 });
    const r2: number[] = [];
    await train({
      encoder,
      trainable: task,
      batches,
      options: training,
      random,
      onEvent: (event) => {
        if (event.type === "step") r2.push(event.metrics["r2"]!);
      },
    });
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(r2[0]).toBeLessThan(0.1);
    expect(mean(r2.slice(-8))).toBeGreaterThan(0.5);
    task.dispose();
    encoder.dispose();
  });
});

describe("masked reconstruction", () => {
  it("asks for the original and shows the network none of what is hidden", () => {
    const { image } = createPhantom({ rank: 3, side, channels: 2 });
    const example = masked.example(image, options, createRandom(1), []);
    expect(example.original.data).toEqual(image.voxels);
    const changed = { ...image, voxels: image.voxels.map((value, at) => (example.hidden.data[Math.floor(at / 2)] === 1 ? -value : value)) };
    expect(masked.example(changed, options, createRandom(1), []).image).toEqual(example.image);
  });

  it("restores raw images as the loss has them", () => {
    const encoder = buildEncoder(3);
    const task = masked.build({ encoder, options, inputSize: [side, side, side], random: createRandom(2) });
    const batch = toBatch(drawBatch(3, 0));
    tf.tidy(() => {
      const { image, hidden, original } = batch.tensors as Record<"image" | "hidden" | "original", tf.Tensor>;
      const isHidden = tf.expandDims(tf.cast(hidden, "float32"), -1);
      const errors = tf.mul(tf.square(tf.sub(task.infer!([image]), original)), isHidden);
      const expected = tf.div(tf.sum(errors), tf.sum(isHidden)).dataSync()[0]!;
      expect(task.step(batch, { training: false }).loss.dataSync()[0]).toBeCloseTo(expected, 4);
    });
    disposeBatch(batch);
    task.dispose();
    encoder.dispose();
  });

  it("restores at full size on encoders whose first level is strided", () => {
    const whole = buildEncoder(2);
    const strided: Encoder = {
      ...whole,
      levels: whole.levels.slice(1),
      forward: (images, mode) => {
        const { pyramid, ...rest } = whole.forward(images, mode);
        pyramid[0]!.dispose();
        return { ...rest, pyramid: pyramid.slice(1) };
      },
    };
    const task = masked.build({ encoder: strided, options, inputSize: [side, side], random: createRandom(2) });
    const batch = toBatch(drawBatch(2, 0));
    const { loss, metrics } = task.step(batch, { training: false });
    expect(loss.dataSync()[0]).toBeGreaterThan(0);
    expect(metrics["r2"]!.dataSync()[0]).toBeLessThan(1);
    disposeBatch(batch);
    task.dispose();
    whole.dispose();
  });

  it("refuses sizes that the encoder does not halve evenly, and volumes of one block", () => {
    const encoder = buildEncoder(3);
    const build = (inputSize: number[], written = {}) => () =>
      masked.build({ encoder, options: maskedOptions.parse(written), inputSize, random: createRandom(3) });
    expect(build([16, 17, 16])).toThrow(expect.objectContaining({ code: "SSL3D_MASKED_INPUT_SIZE" }) as Error);
    expect(build([8, 8, 8])).toThrow(expect.objectContaining({ code: "SSL3D_MASKED_ONE_BLOCK" }) as Error);
    encoder.dispose();
  });

  it("explains in words what the network is asked", () => {
    const { image } = createPhantom({ rank: 2, side });
    const example = masked.example(image, options, createRandom(1), []);
    const [seen, asked] = masked.preview!(example, options);
    expect(seen!.caption).toBe("50 % of the image is hidden, in blocks of 2 voxels a side. The network sees one even grey in them.");
    expect(seen!.overlay!.data).toEqual(example.hidden.data);
    expect(seen!.image).toBe(example.image);
    expect(asked!.image).toBe(example.original);
  });
});

describe("scoreReconstruction", () => {
  const original = [1, 10, 2, 20, 4, 40, 8, 80];
  const restored = [1.5, 12, 2, 21, 3, 44, 9, 79];
  const hidden = [1, 0, 1, 1];
  const score = (visibleWeight: number): number[] =>
    tf.tidy(() => {
      const tensors = [original, restored].map((values) => tf.tensor(values, [1, 2, 2, 2]));
      const { loss, r2 } = scoreReconstruction(tensors[0]!, tensors[1]!, tf.tensor(hidden, [1, 2, 2], "int32"), visibleWeight);
      return [loss.dataSync()[0]!, r2.dataSync()[0]!];
    });

  it("averages over the hidden voxels and holds them against each channel's mean", () => {
    const squares = (0.5 ** 2 + 2 ** 2) + (1 ** 2 + 4 ** 2) + (1 ** 2 + 1 ** 2);
    const [mean, mean2] = [(1 + 4 + 8) / 3, (10 + 40 + 80) / 3];
    const variation = [1, 4, 8].reduce((sum, v) => sum + (v - mean) ** 2, 0) + [10, 40, 80].reduce((sum, v) => sum + (v - mean2) ** 2, 0);
    const [loss, r2] = score(0);
    expect(loss).toBeCloseTo(squares / 6, 4);
    expect(r2).toBeCloseTo(1 - squares / variation, 5);
  });

  it("adds visible voxels with their weight", () => {
    const [loss, r2] = score(0.25);
    expect(loss).toBeCloseTo((23.25 + 0.25 * 1) / (6 + 0.5), 4);
    expect(r2).toBe(score(0)[1]);
  });
});
