import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { registerGradients } from "../gradients.js";
import { createRandom } from "../random.js";
import { binaryCrossEntropy, binaryCrossEntropyFromLogits } from "./binary-cross-entropy.js";
import { weightedSumLoss } from "./combined.js";
import { categoricalCrossEntropyFromLogits, weightedCategoricalCrossEntropy } from "./cross-entropy.js";
import { dicePerClass, weightedDiceLoss } from "./dice.js";
import { focalLoss } from "./focal.js";
import { jaccardDistance, ORIGINAL_JACCARD_SCALE } from "./jaccard.js";

const classes = 3;
const labels = [0, 2, 1, 1, 0, 2, 2];
const random = createRandom("weights");
const logits = Array.from({ length: labels.length * classes }, () => random.normal(0, 2));
const weights = [0.5, 1, 3];

/** The softmax of row `i`. */
function probability(i: number, label: number): number {
  const row = logits.slice(i * classes, (i + 1) * classes).map(Math.exp);
  return row[label]! / row.reduce((sum, value) => sum + value, 0);
}

function valueOf(loss: (truth: Tensor, logits: Tensor) => Scalar): number {
  return tf.tidy(() => {
    const truth = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32");
    return loss(truth, tf.tensor2d(logits, [labels.length, classes])).dataSync()[0] as number;
  });
}

const mean = (term: (label: number, i: number) => number): number => labels.reduce((sum, label, i) => sum + term(label, i), 0) / labels.length;

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe("focalLoss", () => {
  it("follows its equation", () => {
    const expected = mean((label, i) => -weights[label]! * (1 - probability(i, label)) ** 1.5 * Math.log(probability(i, label)));
    expect(valueOf((truth, x) => focalLoss(truth, x, 1.5, weights))).toBeCloseTo(expected, 5);
  });

  it("is cross-entropy for gamma 0", () => {
    expect(valueOf((truth, x) => focalLoss(truth, x, 0))).toBeCloseTo(valueOf((truth, x) => categoricalCrossEntropyFromLogits(truth, x)), 5);
  });

  it.each([0.5, 2])("has the gradient of finite differences for gamma %d, also where a case is certain", (gamma) => {
    const start = [0.3, -0.4, 0.1, 40, -40, 0];
    const truth = tf.tensor2d([[0, 1, 0], [1, 0, 0]]);
    const lossAt = (values: number[]): number => tf.tidy(() => focalLoss(truth, tf.tensor2d(values, [2, 3]), gamma).dataSync()[0] as number);
    const gradient = tf.tidy(() => tf.grad((x) => focalLoss(truth, x, gamma))(tf.tensor2d(start, [2, 3])).dataSync());
    start.forEach((_, k) => {
      const moved = (by: number): number => lossAt(start.map((value, i) => (i === k ? value + by : value)));
      expect(gradient[k]).toBeCloseTo((moved(1e-2) - moved(-1e-2)) / 2e-2, 3);
    });
  });
});

describe("class weights", () => {
  it("weigh the terms of the cross-entropies", () => {
    const expected = mean((label, i) => -weights[label]! * Math.log(probability(i, label)));
    expect(valueOf((truth, x) => categoricalCrossEntropyFromLogits(truth, x, weights))).toBeCloseTo(expected, 5);
    expect(valueOf((truth, x) => weightedCategoricalCrossEntropy(truth, tf.softmax(x), weights))).toBeCloseTo(expected, 4);
  });

  it("weigh the questions of the binary cross-entropies", () => {
    const term = (weight: readonly number[], yes: (i: number, c: number) => number): number =>
      mean((label, i) => weight.reduce((sum, w, c) => sum - (w / classes) * Math.log(c === label ? yes(i, c) : 1 - yes(i, c)), 0));
    const sigmoid = (i: number, c: number): number => 1 / (1 + Math.exp(-logits[i * classes + c]!));
    expect(valueOf((truth, x) => binaryCrossEntropyFromLogits(truth, x, weights))).toBeCloseTo(term(weights, sigmoid), 5);
    expect(valueOf((truth, x) => binaryCrossEntropy(truth, tf.softmax(x), weights))).toBeCloseTo(term(weights, probability), 4);
    expect(valueOf((truth, x) => binaryCrossEntropy(truth, tf.softmax(x)))).toBeCloseTo(term([1, 1, 1], probability), 4);
  });

  it("weigh the classes of Dice and Jaccard", () => {
    const dice = Array.from(weights, (_, c) => valueOf((truth, x) => tf.sum<Scalar>(tf.slice(dicePerClass(truth, tf.softmax(x)), c, 1))));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const expected = dice.reduce((sum, value, c) => sum + value * weights[c]!, 0) / total;
    expect(valueOf((truth, x) => weightedDiceLoss(truth, tf.softmax(x), weights))).toBeCloseTo(-expected, 5);
    // Dice 2J / (1 + J) holds for soft counts, too
    const jaccard = dice.reduce((sum, value, c) => sum + (value / (2 - value)) * weights[c]!, 0) / total;
    expect(valueOf((truth, x) => jaccardDistance(truth, tf.softmax(x), { classWeights: weights }))).toBeCloseTo(1 - jaccard, 5);
  });

  it("must be as many as the classes", () => {
    for (const loss of [
      (truth: Tensor, x: Tensor) => focalLoss(truth, x, 2, [1, 2]),
      (truth: Tensor, x: Tensor) => weightedDiceLoss(truth, tf.softmax(x), [1, 2]),
      (truth: Tensor, x: Tensor) => categoricalCrossEntropyFromLogits(truth, x, [1, 2, 3, 4]),
    ]) {
      expect(() => valueOf(loss)).toThrow(/Expected 3 class weights/);
    }
  });
});

describe("the original's Jaccard distance", () => {
  it("is the corrected one times 1e-5, alone and in the weighted sum", () => {
    const right = valueOf((truth, x) => jaccardDistance(truth, tf.softmax(x)));
    expect(valueOf((truth, x) => jaccardDistance(truth, tf.softmax(x), { scale: ORIGINAL_JACCARD_SCALE })) / right).toBeCloseTo(1e-5, 9);
    const sum = (scale: number): number => valueOf((truth, x) => weightedSumLoss(truth, tf.softmax(x), weights, scale));
    expect(sum(1) - sum(0)).toBeCloseTo(right / 2, 5);
  });
});
