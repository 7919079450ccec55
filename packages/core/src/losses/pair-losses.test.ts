import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { binaryCrossEntropyFromLogits } from "./binary-cross-entropy.js";
import { tripletLoss } from "./triplet.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const valueOf = (make: () => tf.Scalar): number => tf.tidy(() => make().dataSync()[0] as number);

describe("binaryCrossEntropyFromLogits", () => {
  it("is minus the mean logarithm of the truth's probability", () => {
    const logits = [-2, 0.3, 1.5, -0.1];
    const truth = [0, 1, 1, 0];
    const expected = logits.reduce((sum, z, i) => sum - Math.log(1 / (1 + Math.exp(truth[i] === 1 ? -z : z))), 0) / 4;
    expect(valueOf(() => binaryCrossEntropyFromLogits(tf.tensor1d(truth), tf.tensor1d(logits)))).toBeCloseTo(expected, 6);
  });

  it("stays finite and exact for large logits", () => {
    expect(valueOf(() => binaryCrossEntropyFromLogits(tf.tensor1d([0, 1]), tf.tensor1d([80, -60])))).toBeCloseTo(70, 4);
  });
});

describe("tripletLoss", () => {
  it("counts only triplets within the margin", () => {
    const anchor = tf.tensor2d([[0, 0], [1, 1], [0, 0]]);
    const positive = tf.tensor2d([[1, 0], [1, 1], [0, 2]]);
    const negative = tf.tensor2d([[0, 0], [1, 5], [1, 1]]);
    // 0.5 - 0 + 1, 0 - 8 + 1 < 0, 2 - 1 + 1
    expect(valueOf(() => tripletLoss(anchor, positive, negative))).toBeCloseTo((1.5 + 0 + 2) / 3, 6);
    expect(valueOf(() => tripletLoss(anchor, positive, negative, 0))).toBeCloseTo((0.5 + 0 + 1) / 3, 6);
  });
});
