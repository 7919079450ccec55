import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gradientError, maxDifference, randomTensor } from "../testing/check-gradients.js";
import { batchNorm, batchNormInference } from "./batch-norm.js";
import { groupNorm, instanceNorm } from "./group-norm.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

/** Normalises in double precision: positions with the same key share mean and variance. */
function normalise(x: tf.Tensor, keyOf: (batch: number, channel: number) => number, epsilon: number): { y: number[]; mean: number[]; variance: number[] } {
  const channels = x.shape.at(-1)!;
  const perExample = x.size / x.shape[0];
  const values = [...x.dataSync()];
  const keys = values.map((_, i) => keyOf(Math.floor(i / perExample), i % channels));
  const groups = Array.from({ length: Math.max(...keys) + 1 }, (_, key) => values.filter((_value, i) => keys[i] === key));
  const mean = groups.map((group) => group.reduce((a, b) => a + b, 0) / group.length);
  const variance = groups.map((group, key) => group.reduce((a, b) => a + (b - mean[key]!) ** 2, 0) / group.length);
  return { y: values.map((value, i) => (value - mean[keys[i]!]!) / Math.sqrt(variance[keys[i]!]! + epsilon)), mean, variance };
}

const shapes = [{ shape: [3, 4, 5, 4] }, { shape: [2, 3, 4, 3, 4] }];

describe.each([...shapes, { shape: [8, 4] }])("batchNorm of $shape", ({ shape }) => {
  it("normalises every channel over the batch and reports mean and biased variance", () => {
    tf.tidy(() => {
      const [x, scale, offset] = [tf.add(tf.mul(randomTensor("x", shape), 2), 3), tf.tensor1d([1, 2, -1, 0.5]), tf.tensor1d([0, 1, 2, 3])];
      const expected = normalise(x, (_, channel) => channel, 1e-3);
      const seen: Float32Array[] = [];
      const y = batchNorm(x, scale, offset, { onStatistics: (mean, variance) => seen.push(mean.dataSync<"float32">(), variance.dataSync<"float32">()) });
      const [s, o] = [scale.dataSync(), offset.dataSync()];
      expect(maxDifference(y.dataSync(), expected.y.map((value, i) => value * s[i % 4]! + o[i % 4]!))).toBeLessThan(1e-5);
      expect(maxDifference(seen[0]!, expected.mean)).toBeLessThan(1e-5);
      expect(maxDifference(seen[1]!, expected.variance)).toBeLessThan(1e-4);
      const again = batchNormInference(x, scale, offset, tf.tensor1d(expected.mean), tf.tensor1d(expected.variance));
      expect(maxDifference(again.dataSync(), y.dataSync())).toBeLessThan(1e-5);
    });
  });

  it("has the gradients of central differences", () => {
    const inputs = [randomTensor("x", shape), randomTensor("scale", [4]), randomTensor("offset", [4])];
    expect(gradientError((x, scale, offset) => batchNorm(x, scale, offset), inputs, 5e-3)).toBeLessThan(5e-3);
    const [mean, variance] = [randomTensor("mean", [4]), tf.square(randomTensor("variance", [4]))];
    expect(gradientError((x, scale, offset) => batchNormInference(x, scale, offset, mean, variance), inputs, 0.1)).toBeLessThan(1e-3);
    tf.dispose([inputs, mean, variance]);
  });
});

describe.each(shapes)("groupNorm of $shape", ({ shape }) => {
  it.each([1, 2, 4])("normalises %i groups of channels of every example", (groups) => {
    tf.tidy(() => {
      const [x, scale, offset] = [randomTensor("x", shape), tf.tensor1d([1, 2, -1, 0.5]), tf.tensor1d([0, 1, 2, 3])];
      const expected = normalise(x, (batch, channel) => batch * groups + Math.floor((channel * groups) / 4), 1e-5);
      const [s, o] = [scale.dataSync(), offset.dataSync()];
      const y = groups === 4 ? instanceNorm(x, scale, offset) : groupNorm(x, scale, offset, { groups });
      expect(maxDifference(y.dataSync(), expected.y.map((value, i) => value * s[i % 4]! + o[i % 4]!))).toBeLessThan(1e-5);
    });
  });

  it.each([1, 2, 4])("has the gradients of central differences with %i groups", (groups) => {
    const inputs = [randomTensor("x", shape), randomTensor("scale", [4]), randomTensor("offset", [4])];
    expect(gradientError((x, scale, offset) => groupNorm(x, scale, offset, { groups }), inputs, 5e-3)).toBeLessThan(5e-3);
    tf.dispose(inputs);
  });

  it("refuses groups that do not divide the channels", () => {
    tf.tidy(() => {
      expect(() => groupNorm(tf.zeros(shape), tf.ones([4]), tf.zeros([4]), { groups: 3 })).toThrow(/divisible by 3/);
    });
  });
});
