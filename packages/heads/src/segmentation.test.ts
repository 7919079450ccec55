import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createRandom,
  registerGradients,
  stackExamples,
  train,
  trainingOptions,
  type BatchSource,
  type Encoder,
  type LabelledCase,
  type Rank,
  type TrainingEvent,
} from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { LOSSES } from "./losses.js";
import { segmentationOptions, type SegmentationInput, type SegmentationOptions } from "./options.js";
import { predictVolume } from "./predict-volume.js";
import { segmentation } from "./segmentation.js";
import type { SegmentationExample } from "./segmentation-decoder.js";
import { reestimateStatistics } from "./statistics.js";

const side = 8;

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function optionsWith(input: SegmentationInput): SegmentationOptions {
  return segmentationOptions.parse({ augmentation: null, ...input });
}

function buildEncoder(rank: Rank): Encoder {
  const settings = unetEncoderOptions.parse({ filters: 3, levels: 1, dropout: 0, pooling: "none" });
  return unetEncoder.build({ rank, channels: 1, options: settings, random: createRandom("encoder") });
}

/** A noisy image with a bright box, labelled 4, that has a brighter core, labelled 2. */
function boxCase(rank: Rank, seed: number): LabelledCase {
  const random = createRandom(seed);
  const size = new Array<number>(rank).fill(side);
  const start = size.map(() => random.integer(0, side - 5));
  const label = (index: number): number => {
    const inside = size.map((_, axis) => (Math.floor(index / side ** (rank - 1 - axis)) % side) - start[axis]!);
    if (inside.some((p) => p < 0 || p > 5)) return 0;
    return inside.some((p) => p < 1 || p > 4) ? 4 : 2;
  };
  const truth = Uint8Array.from({ length: side ** rank }, (_, index) => label(index));
  const voxels = Float32Array.from(truth, (value) => ({ 0: -2, 4: 1, 2: 4 })[value]! + random.normal(0, 0.3));
  const id = `case ${seed}`;
  return { image: createVolume({ id, voxels, size }), truth: createVolume({ id, voxels: truth, size }) };
}

function batchesOf(rank: Rank, options: SegmentationOptions, count: number): BatchSource<SegmentationExample> {
  return {
    batch: async (index) => {
      const cases = Array.from({ length: count }, (_, i) => boxCase(rank, index * count + i));
      const examples = cases.map((labelled) => segmentation.example(labelled, options, createRandom(labelled.image.id)));
      return Promise.resolve(stackExamples(examples, cases.map(({ image }) => image.id)));
    },
  };
}

function recordLosses(losses: number[]): (event: TrainingEvent) => void {
  return (event) => {
    if (event.type === "step") losses.push(event.loss);
  };
}

describe.each([2, 3] as const)("segmentation in %dD", (rank) => {
  const inputSize = new Array<number>(rank).fill(side);
  const options = optionsWith({ labelValues: [0, 2, 4] });

  it("learns to outline boxes and their cores", async () => {
    const before = tf.memory().numTensors;
    const encoder = buildEncoder(rank);
    const random = createRandom("learning");
    const batches = batchesOf(rank, options, 2);
    const classPrior = segmentation.classPrior!([0, 1, 2].map((seed) => boxCase(rank, seed).truth), options);
    const head = segmentation.build({ encoder, options, inputSize, random, classPrior });
    const training = trainingOptions.parse({ steps: 40, learningRate: 0.02 });
    const losses: number[] = [];
    const onEvent = recordLosses(losses);
    await train({ encoder, trainable: head, batches, options: training, random, onEvent });
    // The untrained head knows the class prior and nothing else.
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    await reestimateStatistics({ encoder, trainable: head, batches, count: 6 });
    const unseen = boxCase(rank, 1000);
    const probabilities = await predictVolume(head, unseen.image, { patchSize: inputSize });
    const scores = segmentation.score(probabilities, unseen.truth, options);
    expect(Object.keys(scores)).toEqual(["2", "4"]);
    expect(scores["2"]).toBeGreaterThan(0.7);
    expect(scores["4"]).toBeGreaterThan(0.7);
    head.dispose();
    encoder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("cuts patches and varies image and truth alike", () => {
    const patchSize = new Array<number>(rank).fill(4);
    const varied = segmentationOptions.parse({
      labelValues: [0, 2, 4],
      patchSize,
      augmentation: { rotationDegrees: 0, noise: 0, gamma: 0, contrast: 0, brightness: 0, flipProbability: 0.5 },
    });
    for (let seed = 0; seed < 20; seed++) {
      const { image, truth } = segmentation.example(boxCase(rank, seed), varied, createRandom(seed));
      expect(image.shape).toEqual([...patchSize, 1]);
      expect(truth.shape).toEqual(patchSize);
      // The box is bright, so a voxel's truth can be told from its value.
      truth.data.forEach((found, voxel) => expect(image.data[voxel]! > 0, `seed ${seed}`).toBe(found > 0));
    }
  });
});

describe("segmentation", () => {
  const options = optionsWith({ labelValues: [0, 2, 4] });

  it("starts from the class prior", () => {
    const encoder = buildEncoder(2);
    const classPrior = [0.9, 0.07, 0.03];
    const head = segmentation.build({ encoder, options, inputSize: [side, side], random: createRandom(1), classPrior });
    const bias = head.weights.at(-1)!.variable;
    expect(bias.dataSync()[1]).toBeCloseTo(Math.log(0.07), 5);
    // Without weights, only the bias speaks.
    const kernel = head.weights.at(-2)!.variable;
    tf.tidy(() => kernel.assign(tf.zerosLike(kernel)));
    const probabilities = tf.tidy(() => head.predict(tf.randomNormal([1, side, side, 1])).dataSync());
    classPrior.forEach((share, c) => expect(probabilities[c]).toBeCloseTo(share, 5));
    head.dispose();
    encoder.dispose();
  });

  it.each(Object.keys(LOSSES))("trains with %s", async (loss) => {
    const encoder = buildEncoder(2);
    const lossOptions = optionsWith({ labelValues: [0, 2, 4], loss: loss as keyof typeof LOSSES });
    const head = segmentation.build({ encoder, options: lossOptions, inputSize: [side, side], random: createRandom(1) });
    const random = createRandom("loss");
    const batches = batchesOf(2, lossOptions, 2);
    const training = trainingOptions.parse({ steps: 12, learningRate: 0.01 });
    const losses: number[] = [];
    const onEvent = recordLosses(losses);
    await train({ encoder, trainable: head, batches, options: training, random, onEvent });
    expect(Math.min(...losses.slice(6))).toBeLessThan(losses[0]!);
    head.dispose();
    encoder.dispose();
  });

  it("keeps its options through JSON", () => {
    const resolved = segmentationOptions.parse({ labelValues: [0, 1, 2, 4], patchSize: [32, 32, 32], regions: "brats" });
    expect(resolved).toMatchObject({ loss: "dice-cross-entropy", foreground: 0.5, augmentation: { flipProbability: 0.5 } });
    expect(segmentationOptions.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
    expect(segmentationOptions.safeParse({ labelValues: [0, 1, 1] }).success).toBe(false);
    expect(segmentationOptions.safeParse({ labels: [0, 1] }).success).toBe(false);
  });

  it("wants one class weight a class where they are used", () => {
    const weighted = { labelValues: [0, 1, 2, 4], loss: "weighted-sum" as const };
    expect(segmentationOptions.safeParse(weighted).error?.issues[0]?.message).toBe("expected 4 weights, one a class");
    expect(segmentationOptions.safeParse({ ...weighted, classWeights: [1, 2, 2, 3] }).success).toBe(true);
    expect(segmentationOptions.safeParse({ labelValues: [0, 1, 2, 4] }).success).toBe(true);
  });
});

describe("reestimateStatistics", () => {
  it("gives the mean over the batches of their means and variances", async () => {
    const encoder = buildEncoder(2);
    const options = optionsWith({ labelValues: [0, 2, 4] });
    const head = segmentation.build({ encoder, options, inputSize: [side, side], random: createRandom(1) });
    const batches = batchesOf(2, options, 2);
    const statistic = (name: string): Float32Array => {
      const weight = encoder.weights.find((candidate) => candidate.name === `level0/norm1/${name}`)!;
      return weight.variable.dataSync() as Float32Array;
    };
    // One batch at a time sets the statistics to that batch's own.
    const alone: Float32Array[] = [];
    for (let index = 0; index < 3; index++) {
      await reestimateStatistics({ encoder, trainable: head, batches: { batch: () => batches.batch(index) }, count: 1 });
      alone.push(statistic("movingMean").slice());
    }
    encoder.frozen = true;
    const before = tf.memory().numTensors;
    await reestimateStatistics({ encoder, trainable: head, batches, count: 3 });
    expect(tf.memory().numTensors).toBe(before);
    expect(encoder.frozen).toBe(true);
    statistic("movingMean").forEach((mean, channel) => {
      expect(mean).toBeCloseTo(alone.reduce((sum, means) => sum + means[channel]!, 0) / 3, 5);
    });
    expect(new Set(alone.map((means) => means.join())).size).toBe(3);
    head.dispose();
    encoder.dispose();
  });
});
