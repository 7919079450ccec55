import "@tensorflow/tfjs-backend-cpu";
import { createRandom, registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createDenseStack, DENSE_STACKS } from "../networks/dense-stack.js";
import { maxDifference, randomTensor } from "../testing/check-gradients.js";
import { createBatchNorm } from "./batch-norm-layer.js";
import { createConv } from "./conv-layer.js";
import { createDropout } from "./dropout-layer.js";
import { glorotUniform, heNormal } from "./initializers.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe("initialisers", () => {
  const shape = [3, 3, 3, 8, 16];
  const variance = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0) / values.length;

  it("he_normal has variance 2 / fan-in and no value beyond two standard deviations of the untruncated normal", () => {
    const values = heNormal(shape, createRandom(1));
    expect(variance(values)).toBeGreaterThan((2 / 216) * 0.95);
    expect(variance(values)).toBeLessThan((2 / 216) * 1.05);
    expect(Math.max(...values.map(Math.abs))).toBeLessThan((2 * Math.sqrt(2 / 216)) / 0.8796256610342398);
  });

  it("glorot_uniform is uniform within sqrt(6 / (fan-in + fan-out))", () => {
    const values = glorotUniform(shape, createRandom(1));
    const limit = Math.sqrt(6 / (27 * 8 + 27 * 16));
    expect(Math.max(...values)).toBeGreaterThan(limit * 0.99);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(variance(values) / (limit ** 2 / 3)).toBeCloseTo(1, 1);
  });
});

describe("createConv", () => {
  it("takes edges per axis, valid padding and no bias", () => {
    const options = { name: "conv", rank: 2, inputChannels: 3, filters: 2, kernelSize: [1, 5], random: createRandom(1) } as const;
    const layer = createConv({ ...options, strides: 2, padding: "valid", bias: false });
    tf.tidy(() => {
      const x = randomTensor("x", [1, 5, 9, 3]) as tf.Tensor4D;
      const [kernel] = layer.weights.map((weight) => weight.variable as tf.Variable<tf.Rank.R4>);
      const y = layer.forward(x, { training: false });
      expect(y.shape).toEqual([1, 3, 3, 2]);
      expect(maxDifference(y.dataSync(), tf.conv2d(x, kernel!, 2, "valid").dataSync())).toBeLessThan(1e-6);
    });
    expect(layer.weights.map(({ variable }) => variable.shape)).toEqual([[1, 5, 3, 2]]);
    layer.dispose();
  });
});

describe("createBatchNorm", () => {
  // Keras' fused kernel, used for images only, corrects the variance that it folds in.
  it.each([
    { shape: [2, 3, 4, 2], corrected: true },
    { shape: [2, 3, 4, 3, 2], corrected: false },
    { shape: [6, 2], corrected: false },
  ])("moves statistics of $shape by 1 % a training step as Keras does", ({ shape, corrected }) => {
    const layer = createBatchNorm({ name: "norm", channels: 2 });
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const { mean, variance } = tf.moments(tf.reshape(x, [-1, 2]), 0);
      const n = x.size / 2;
      const factor = corrected ? n / (n - 1) : 1;
      for (let step = 0; step < 2; step++) layer.forward(x, { training: true, random: createRandom(1) });
      const [, , movingMean, movingVariance] = layer.weights.map((weight) => weight.variable.dataSync());
      expect(maxDifference(movingMean!, mean.dataSync().map((m) => m * (1 - 0.99 ** 2)))).toBeLessThan(1e-6);
      expect(maxDifference(movingVariance!, variance.dataSync().map((v) => 0.99 ** 2 + v * factor * (1 - 0.99 ** 2)))).toBeLessThan(1e-6);
    });
    layer.dispose();
  });

  it("normalises with its own epsilon, and without a scale of its own", () => {
    const layer = createBatchNorm({ name: "norm", channels: 2, epsilon: 0.5, scale: false });
    tf.tidy(() => {
      const x = randomTensor("x", [2, 3, 4, 2]);
      const { mean, variance } = tf.moments(tf.reshape(x, [-1, 2]), 0);
      const expected = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 0.5)));
      const y = layer.forward(x, { training: true, random: createRandom(1), statisticsMomentum: 0 });
      expect(maxDifference(y.dataSync(), expected.dataSync())).toBeLessThan(1e-5);
      // The moving variance is corrected for 24 voxels.
      const moved = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(tf.mul(variance, 24 / 23), 0.5)));
      expect(maxDifference(layer.forward(x, { training: false }).dataSync(), moved.dataSync())).toBeLessThan(1e-5);
    });
    expect(layer.weights.map(({ name }) => name)).toEqual(["norm/offset", "norm/movingMean", "norm/movingVariance"]);
    layer.dispose();
  });

  it("averages the statistics of batches when re-estimating with momentum k / (k + 1)", () => {
    const layer = createBatchNorm({ name: "norm", channels: 2 });
    tf.tidy(() => {
      const batches = [1, 2, 3].map((label) => randomTensor(`batch${label}`, [4, 3, 3, 3, 2]));
      batches.forEach((x, k) => layer.forward(x, { training: false, statisticsMomentum: k / (k + 1) }));
      const mean = tf.mean(tf.stack(batches.map((x) => tf.mean(x, [0, 1, 2, 3]))), 0);
      expect(maxDifference(layer.weights[2]!.variable.dataSync(), mean.dataSync())).toBeLessThan(1e-6);
    });
    layer.dispose();
  });
});

describe("createDropout", () => {
  it("is active in training only", () => {
    const [layer, x] = [createDropout(0.5), tf.ones([100])];
    expect(layer.forward(x, { training: false })).toBe(x);
    expect(layer.forward(x, { training: false, statisticsMomentum: 0.5 })).toBe(x);
    const y = layer.forward(x, { training: true, random: createRandom(1) });
    expect(y.dataSync().some((value) => value === 0)).toBe(true);
    tf.dispose([x, y]);
  });
});

describe("createDenseStack", () => {
  it.each(Object.keys(DENSE_STACKS) as (keyof typeof DENSE_STACKS)[])("builds the original's %s stack", (name) => {
    const preset = DENSE_STACKS[name];
    const common = { ...preset, widths: preset.widths.map((width) => width / 64), name: "stack", inputs: 6, random: createRandom(1) };
    tf.tidy(() => {
      const x = randomTensor("x", [3, 6]);
      for (const top of [null, preset.top]) {
        const stack = createDenseStack({ ...common, top });
        const y = stack.forward(x, { training: false });
        expect(y.shape).toEqual([3, top === null ? common.widths.at(-1) : top.outputs]);
        expect(stack.weights.length).toBe(common.widths.length * (preset.batchNorm ? 6 : 2) + (top === null ? 0 : 2));
        if (top?.activation === "sigmoid") expect(Math.max(...y.dataSync())).toBeLessThan(1);
        stack.dispose();
      }
    });
  });
});
