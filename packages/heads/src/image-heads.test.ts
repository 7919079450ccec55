import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, registerGradients, stackExamples, train, trainingOptions, type BatchSource, type Encoder, type HeadPlugin, type LabelledCase, type NumericArray, type PredictedCase, type Rank } from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { DENSE_STACKS, unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { classification } from "./classification.js";
import { classificationOptions } from "./classification-options.js";
import { grading } from "./grading.js";
import { gradingOptions } from "./grading-options.js";
import type { ImageExample } from "./image-head.js";
import { LOSSES, type LossName } from "./losses.js";
import { reestimateStatistics } from "./statistics.js";

const side = 8;

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(rank: Rank): Encoder {
  const options = unetEncoderOptions.parse({ filters: 4, levels: 1, dropout: 0, pooling: "none" });
  return unetEncoder.build({ rank, channels: 1, options, random: createRandom("encoder") });
}

/** Noise with more bright voxels the higher the class. */
function spotted(rank: Rank, seed: number, classes: number): LabelledCase {
  const random = createRandom(`spots ${seed}`);
  const truth = seed % classes;
  const voxels = Float32Array.from({ length: side ** rank }, () => random.normal(0, 0.2) + (random.chance(0.3 * truth) ? 2 : 0));
  return { image: createVolume({ id: `case ${seed}`, voxels, size: new Array<number>(rank).fill(side) }), truth };
}

function batchesOf<Options>(head: HeadPlugin<string, Options, ImageExample>, options: Options, rank: Rank, classes: number): BatchSource<ImageExample> {
  return {
    batch: (index) => {
      const cases = Array.from({ length: 6 }, (_, i) => spotted(rank, index * 6 + i, classes));
      return Promise.resolve(stackExamples(cases.map((one) => head.example(one, options, createRandom(one.image.id))), cases.map(({ image }) => image.id)));
    },
  };
}

async function learn<Options>(head: HeadPlugin<string, Options, ImageExample>, options: Options, rank: Rank, steps: number): Promise<PredictedCase[]> {
  const encoder = buildEncoder(rank);
  const truths = [0, 1, 2, 3, 4, 5].map((seed) => spotted(rank, seed, 3).truth);
  const classPrior = head.classPrior!(truths, options);
  const inputSize = new Array<number>(rank).fill(side);
  const trained = head.build({ encoder, options, inputSize, random: createRandom("head"), classPrior });
  const training = trainingOptions.parse({ steps, learningRate: 0.03 });
  const batches = batchesOf(head, options, rank, 3);
  await train({ encoder, trainable: trained, batches, options: training, random: createRandom("training") });
  await reestimateStatistics({ encoder, trainable: trained, batches, count: 4 });
  const cases = Array.from({ length: 30 }, (_, i) => spotted(rank, 1000 + i, 3)).map(({ image, truth }): PredictedCase => {
    const data = tf.tidy(() => trained.predict(tf.tensor(image.voxels, [1, ...inputSize, 1])).dataSync()) as Float32Array;
    return { probabilities: { data: data.slice(), shape: [3] }, truth };
  });
  trained.dispose();
  encoder.dispose();
  return cases;
}

describe.each([2, 3] as const)("heads of whole images in %dD", (rank) => {
  it("learn classes, without leaving a tensor behind", async () => {
    const before = tf.memory().numTensors;
    const options = classificationOptions.parse({ classes: 3, augmentation: null });
    const { scores, confusion } = classification.summarise!(await learn(classification, options, rank, 30), options);
    expect(scores["accuracy"]).toBeGreaterThan(0.8);
    expect(scores["auroc"]).toBeGreaterThan(0.9);
    expect(confusion!.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("learn grades", async () => {
    const options = gradingOptions.parse({ classes: 3, augmentation: null, architecture: "linear" });
    const { scores } = grading.summarise!(await learn(grading, options, rank, 30), options);
    expect(scores["quadraticKappa"]).toBeGreaterThan(0.8);
    expect(scores["auroc"]).toBeGreaterThan(0.9);
  });
});

describe("classification", () => {
  it.each(Object.keys(LOSSES) as LossName[])("trains with %s", async (loss) => {
    const encoder = buildEncoder(2);
    const options = classificationOptions.parse({ classes: 3, augmentation: null, loss, classWeights: [1, 2, 3] });
    const head = classification.build({ encoder, options, inputSize: [side, side], random: createRandom(1) });
    const losses: number[] = [];
    const onEvent = (event: { type: string; loss?: number }): unknown => event.type === "step" && losses.push(event.loss!);
    const training = trainingOptions.parse({ steps: 8, learningRate: 0.01 });
    await train({ encoder, trainable: head, batches: batchesOf(classification, options, 2, 3), options: training, random: createRandom("loss"), onEvent });
    expect(Math.min(...losses.slice(4))).toBeLessThan(losses[0]!);
    head.dispose();
    encoder.dispose();
  });

  it("starts from the class prior, also where a class does not occur", () => {
    const encoder = buildEncoder(2);
    const options = classificationOptions.parse({ classes: 3 });
    const classPrior = classification.classPrior!([0, 0, [0, 1, 0], 0], options);
    expect(classPrior).toEqual([0.75, 0.25, 0]);
    const head = classification.build({ encoder, options, inputSize: [side, side], random: createRandom(1), classPrior });
    tf.tidy(() => head.weights.at(-2)!.variable.assign(tf.zeros([8, 3])));
    const shares = tf.tidy(() => head.predict(tf.randomNormal([1, side, side, 1])).dataSync());
    expect(shares[0]).toBeCloseTo(0.749, 3);
    expect(shares[2]).toBeCloseTo(0.001, 3);
    head.dispose();
    encoder.dispose();
  });

  it("has the original's layers in their order", () => {
    const encoder = buildEncoder(3);
    const shapes = (input: object): string[] => {
      const head = classification.build({ encoder, options: classificationOptions.parse(input), inputSize: [side, side, side], random: createRandom(1) });
      const list = head.weights.map(({ name, variable }) => `${name} ${variable.shape.join("x")}`);
      head.dispose();
      return list;
    };
    expect(shapes({ classes: 4 })).toEqual(["head/top/kernel 8x4", "head/top/bias 4"]);
    const wide = shapes({ architecture: "big_fully", classes: 4, widths: [48, 24] });
    expect(wide.filter((line) => line.includes("kernel"))).toEqual(["head/dense1/kernel 8x48", "head/dense2/kernel 48x24", "head/top/kernel 24x4"]);
    expect(wide[2]).toMatch(/head\/norm1/);
    expect(shapes({ architecture: "plain", batchNorm: true, classes: 4, widths: [48, 24] })).toEqual(wide);
    expect(shapes({ architecture: "big_fully", batchNorm: false, classes: 4, widths: [48, 24] }).filter((line) => line.includes("norm"))).toEqual([]);
    expect(shapes({ architecture: "plain", features: "flatten", classes: 2, widths: [5, 5] })[0]).toBe("head/dense1/kernel 512x5");
    expect(shapes({ architecture: "simple_multiclass" })[0]).toBe(`head/dense1/kernel 8x${DENSE_STACKS.multilabel.widths[0]}`);
    encoder.dispose();
  });

  it("needs two images a batch where it normalises over them", () => {
    const encoder = buildEncoder(2);
    const least = (input: object): (number | undefined)[] => [
      classification.build({ encoder, options: classificationOptions.parse(input), inputSize: [side, side], random: createRandom(1) }).minimumBatchSize,
      grading.build({ encoder, options: gradingOptions.parse(input), inputSize: [side, side], random: createRandom(1) }).minimumBatchSize,
    ];
    expect(least({ architecture: "linear" })).toEqual([1, 1]);
    expect(least({ architecture: "plain" })).toEqual([1, 1]);
    expect(least({ architecture: "big_fully", widths: [4] })).toEqual([2, 2]);
    expect(least({ architecture: "big_fully", widths: [] })).toEqual([1, 1]);
  });

  it("scores a case by its truth, a number or a row with a one", () => {
    const options = classificationOptions.parse({ classes: 3 });
    const probabilities: NumericArray = { data: Float32Array.of(0.2, 0.5, 0.3), shape: [3] };
    expect(classification.score(probabilities, 1, options)).toEqual({ accuracy: 1, logLoss: -Math.log(0.5) });
    expect(classification.score(probabilities, [0, 0, 1], options)["accuracy"]).toBe(0);
    expect(classification.decide!(probabilities, { ...options, classNames: ["a", "b", "c"] })).toEqual({ label: 1, name: "b" });
  });

  it("refuses truths that are no class, with the case's name", () => {
    const options = classificationOptions.parse({ classes: 3 });
    const example = (truth: LabelledCase["truth"]): unknown => classification.example({ ...spotted(2, 7, 3), truth }, options, createRandom(1));
    expect(() => example(3)).toThrow('Expected a class from 0 to 2 (option `classes`: 3), received 3 as the truth of case "case 7".');
    expect(() => example([0, 1])).toThrow("received [0,1]");
    expect(() => example([1, 1, 0])).toThrow("vector of 3 entries");
    expect(() => example(spotted(2, 7, 3).image)).toThrow("a label volume of 8 x 8 voxels");
  });

  it("takes any size where it flattens what the encoder has pooled over the image", () => {
    const whole = buildEncoder(2);
    const pooling: Encoder = {
      ...whole,
      outputSize: () => [],
      forward: (images, mode) => {
        const features = whole.forward(images, mode);
        return { ...features, output: features.pooled.clone() };
      },
    };
    const options = classificationOptions.parse({ features: "flatten" });
    const head = classification.build({ encoder: pooling, options, inputSize: [side, side], random: createRandom(1) });
    expect(tf.tidy(() => head.predict(tf.zeros([1, 12, 8, 1])).shape)).toEqual([1, 2]);
    head.dispose();
    whole.dispose();
  });

  it("wants images of one size where it flattens", () => {
    const encoder = buildEncoder(2);
    const options = classificationOptions.parse({ features: "flatten" });
    const head = classification.build({ encoder, options, inputSize: [side, side], random: createRandom(1) });
    expect(() => head.predict(tf.zeros([1, 12, 8, 1]))).toThrow("built for images of [8, 8] voxels");
    head.dispose();
    encoder.dispose();
  });

  it("checks options against the number of classes", () => {
    expect(classificationOptions.safeParse({ classes: 3, classWeights: [1, 2] }).error?.issues[0]?.message).toBe("expected 3 weights, one a class");
    expect(classificationOptions.safeParse({ classes: 3, classNames: ["a"] }).error?.issues[0]?.message).toBe("expected 3 names, one a class");
    expect(gradingOptions.safeParse({ classes: 3, classWeights: [1, 2] }).success).toBe(false);
    expect(gradingOptions.safeParse({ classes: 2, classWeights: [0, 0] }).error?.issues[0]?.message).toBe("expected at least one weight above 0");
    expect(classificationOptions.safeParse({ classes: 257 }).success).toBe(false);
    expect(classificationOptions.safeParse({ loss: "weighted-cross-entropy" }).success).toBe(false);
  });
});

describe("grading", () => {
  const options = gradingOptions.parse({ classes: 4 });
  const cases = (rows: readonly (readonly number[])[], truths: readonly number[]): PredictedCase[] =>
    rows.map((row, i) => ({ probabilities: { data: Float32Array.from(row), shape: [4] }, truth: truths[i]! }));
  const predicted = cases([[0.9, 0.2, 0.1, 0], [0.9, 0.8, 0.4, 0], [0.9, 0.9, 0.9, 0.2], [0.4, 0.1, 0, 0]], [0, 1, 3, 0]);

  it("takes a row without a yes as the lowest grade, or leaves it out as the original does", () => {
    expect(grading.summarise!(predicted, options)).toEqual({
      scores: { quadraticKappa: expect.closeTo(1 - 1 / 9, 10) as number, accuracy: 0.75, balancedAccuracy: 2 / 3, auroc: 1 },
      confusion: { classes: ["0", "1", "2", "3"], counts: [[2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]] },
    });
    const original = { ...options, undecided: "dropped" as const };
    expect(grading.summarise!(predicted, original)).toMatchObject({ scores: { accuracy: 0.5 }, confusion: { counts: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]] } });
    expect(grading.score(predicted[3]!.probabilities, 0, original)).toEqual({ accuracy: 0, gradeError: null });
    expect(grading.decide!(predicted[3]!.probabilities, original)).toEqual({ label: -1, name: "no grade" });
  });

  it("takes a truth as its row of answers, too", () => {
    expect(grading.score(predicted[1]!.probabilities, [1, 1, 1, 0], options)).toEqual({ accuracy: 0, gradeError: 1 });
    expect(() => grading.score(predicted[1]!.probabilities, [0, 1, 1, 0], options)).toThrow("received [0,1,1,0]");
  });

  it("starts from how often each grade is reached", () => {
    const encoder = buildEncoder(2);
    const classPrior = grading.classPrior!([0, 0, 0, 1, 3, 3, 0, 0], options);
    const head = grading.build({ encoder, options: { ...options, architecture: "linear" }, inputSize: [side, side], random: createRandom(1), classPrior });
    tf.tidy(() => head.weights.at(-2)!.variable.assign(tf.zeros([8, 4])));
    const answers = tf.tidy(() => head.predict(tf.randomNormal([1, side, side, 1])).dataSync());
    [0.999, 3 / 8, 2 / 8, 2 / 8].forEach((share, k) => expect(answers[k]).toBeCloseTo(share, 5));
    head.dispose();
    encoder.dispose();
  });
});
