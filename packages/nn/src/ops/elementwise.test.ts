import "@tensorflow/tfjs-backend-cpu";
import { createRandom, registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { flatIndex, gradientError, indices, maxDifference, randomTensor, spacedTensor } from "../testing/check-gradients.js";
import { leakyRelu, relu } from "./activation.js";
import { dense } from "./dense.js";
import { dropout, dropoutMask } from "./dropout.js";
import { upsampleLinear } from "./upsample-linear.js";
import { upsampleNearest } from "./upsample-nearest.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each([{ shape: [2, 3, 2, 3] }, { shape: [2, 3, 2, 4, 2] }])("upsampling $shape", ({ shape }) => {
  it.each([2, 3])("repeats voxels %i times", (factor) => {
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const y = upsampleNearest(x, factor);
      expect(y.shape).toEqual(shape.map((n, axis) => (axis === 0 || axis === shape.length - 1 ? n : n * factor)));
      const [xs, ys] = [x.dataSync(), y.dataSync()];
      for (const to of indices(y.shape)) {
        const from = to.map((i, axis) => (axis === 0 || axis === shape.length - 1 ? i : Math.floor(i / factor)));
        expect(ys[flatIndex(to, y.shape)]).toBe(xs[flatIndex(from, shape)]);
      }
    });
  });

  it.each([2, 3])("interpolates between voxel centres, %i-fold", (factor) => {
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const y = upsampleLinear(x, factor);
      const [xs, ys, rank] = [x.dataSync(), y.dataSync(), shape.length - 2];
      for (const to of indices(y.shape)) {
        const sources = to.slice(1, -1).map((i, axis) => Math.min(Math.max((i + 0.5) / factor - 0.5, 0), shape[axis + 1]! - 1));
        let expected = 0;
        for (const corner of indices(new Array<number>(rank).fill(2))) {
          const weight = sources.reduce((w, s, axis) => w * (corner[axis] === 1 ? s % 1 : 1 - (s % 1)), 1);
          if (weight === 0) continue;
          expected += weight * xs[flatIndex([to[0]!, ...sources.map((s, axis) => Math.floor(s) + corner[axis]!), to.at(-1)], shape)]!;
        }
        expect(Math.abs(ys[flatIndex(to, y.shape)]! - expected)).toBeLessThan(1e-5);
      }
    });
  });

  it("has the gradients of central differences", () => {
    const x = randomTensor("x", shape);
    for (const factor of [2, 3]) {
      expect(gradientError((at) => upsampleNearest(at, factor), [x], 1)).toBeLessThan(1e-4);
      expect(gradientError((at) => upsampleLinear(at, factor), [x], 1)).toBeLessThan(1e-4);
    }
    x.dispose();
  });
});

describe("upsampleLinear", () => {
  it("gives PyTorch's numbers for align_corners=False", () => {
    const y = tf.tidy(() => upsampleLinear(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), 2).dataSync());
    const expected = [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4];
    expect(maxDifference(y, expected)).toBeLessThan(1e-6);
  });
});

describe("activations", () => {
  it("keep positive values, scale the others and have the gradients of central differences", () => {
    const x = spacedTensor("x", [2, 3, 3, 2]);
    const values = [...x.dataSync()];
    for (const slope of [0, 0.01]) {
      const [y, error] = [leakyRelu(x, slope), gradientError((at) => leakyRelu(at, slope), [x], 1e-2)];
      expect(maxDifference(y.dataSync(), values.map((value) => (value > 0 ? value : slope * value)))).toBeLessThan(1e-6);
      expect(error).toBeLessThan(1e-3);
      y.dispose();
    }
    const y = relu(x);
    expect(maxDifference(y.dataSync(), values.map((value) => Math.max(value, 0)))).toBe(0);
    tf.dispose([x, y]);
  });
});

describe("dense", () => {
  it.each(["linear", "relu"] as const)("is product, bias and %s with their gradients", (activation) => {
    const inputs = [randomTensor("x", [3, 5]), randomTensor("kernel", [5, 4]), randomTensor("bias", [4])];
    const composed = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
      const z = tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias);
      return activation === "relu" ? tf.relu(z) : z;
    };
    const ofSquare = (f: typeof composed) => tf.valueAndGrads((x: tf.Tensor, k: tf.Tensor, b: tf.Tensor) => tf.sum(tf.square(f(x, k, b))))(inputs);
    const [expected, received] = [ofSquare(composed), ofSquare((x, kernel, bias) => dense(x, kernel, bias, activation))];
    expect(received.value.dataSync()[0]).toBeCloseTo(expected.value.dataSync()[0]!, 4);
    received.grads.forEach((gradient, i) => expect(maxDifference(gradient.dataSync(), expected.grads[i]!.dataSync())).toBeLessThan(1e-4));
    tf.dispose([inputs, expected.value, received.value, expected.grads, received.grads]);
  });
});

describe("dropout", () => {
  it.each([0.1, 0.5, 0.9])("zeroes a share of %f, scales the rest and depends on the stream only", (rate) => {
    tf.tidy(() => {
      const x = tf.ones([20001]);
      const values = dropout(x, rate, createRandom(7)).dataSync();
      const zeros = values.filter((value) => value === 0).length;
      expect(Math.abs(zeros / values.length - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / values.length));
      expect(maxDifference(values, values.map((value) => (value === 0 ? 0 : 1 / (1 - rate))))).toBeLessThan(1e-6);
      expect(dropout(x, rate, createRandom(7)).dataSync()).toEqual(values);
      expect(dropout(x, rate, createRandom(8)).dataSync()).not.toEqual(values);
    });
  });

  it("passes the gradient where it passed the value", () => {
    tf.tidy(() => {
      const x = tf.ones([2, 4, 4, 4, 3]);
      const { value, grad } = tf.valueAndGrad((at) => dropout(at, 0.4, createRandom(3)))(x, tf.ones(x.shape));
      expect(grad.dataSync()).toEqual(value.dataSync());
    });
  });

  it("drops neighbours independently", () => {
    const mask = dropoutMask(40000, 0.5, 123456789).map((value) => (value === 0 ? -1 : 1));
    for (const lag of [1, 2, 3, 64]) {
      const correlation = mask.reduce((sum, value, i) => sum + value * (mask[i + lag] ?? 0), 0) / mask.length;
      expect(Math.abs(correlation)).toBeLessThan(0.025);
    }
  });
});
