import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import { createRandom, registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createGru } from "../layers/gru-layer.js";
import { orthogonal } from "../layers/initializers.js";
import { gradientError, maxDifference, randomTensor } from "../testing/check-gradients.js";
import { gru } from "./gru.js";

interface Values {
  readonly shape: number[];
  readonly data: number[];
}

interface Recorded {
  readonly weights: Values;
  readonly output: Values;
  readonly gradients: Values[];
}

const recorded = JSON.parse(readFileSync(new URL("../testdata/gru.json", import.meta.url), "utf8")) as {
  readonly inputs: Values[];
  readonly last: Recorded;
  readonly sequence: Recorded;
};

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe("gru", () => {
  it.each(["last", "sequence"] as const)("computes what Keras' GRU does, %s", (which) => {
    const before = tf.memory().numTensors;
    const { weights, output, gradients } = recorded[which];
    tf.tidy(() => {
      const inputs = recorded.inputs.map(({ data, shape }) => tf.tensor(data, shape));
      const apply = (x: Tensor, kernel: Tensor, recurrentKernel: Tensor, bias: Tensor): Tensor =>
        gru(x, kernel, recurrentKernel, bias, { returnSequences: which === "sequence" });
      const y = apply(...(inputs as [Tensor, Tensor, Tensor, Tensor]));
      expect(y.shape).toEqual(output.shape);
      expect(maxDifference(y.dataSync(), output.data)).toBeLessThan(1e-6);
      const factor = tf.tensor(weights.data, weights.shape);
      const received = tf.grads((x: Tensor, k: Tensor, r: Tensor, b: Tensor) => tf.sum(tf.mul(apply(x, k, r, b), factor)))(inputs);
      gradients.forEach((expected, i) => {
        expect(received[i]!.shape).toEqual(expected.shape);
        expect(maxDifference(received[i]!.dataSync(), expected.data)).toBeLessThan(5e-6);
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has the gradients of central differences", () => {
    const inputs = [[3, 4, 5], [5, 6], [2, 6], [2, 6]].map((shape, i) => randomTensor(`gru${i}`, shape));
    for (const returnSequences of [false, true]) {
      const error = gradientError((x, k, r, b) => gru(x, k, r, b, { returnSequences }), inputs, 1e-2);
      expect(error).toBeLessThan(2e-3);
    }
    tf.dispose(inputs);
  });

  it("names the shape that does not fit", () => {
    const [x, kernel, recurrentKernel, bias] = [tf.zeros([1, 2, 3]), tf.zeros([3, 6]), tf.zeros([2, 6]), tf.zeros([2, 6])];
    expect(() => gru(x, kernel, recurrentKernel, tf.zeros([6]))).toThrow("gru expected a bias of [2, 6], but received the shape [6]");
    expect(() => gru(x, tf.zeros([4, 6]), recurrentKernel, bias)).toThrow("gru expected an input of [any, any, 4]");
  });
});

describe("createGru", () => {
  it("has Keras' weights, its recurrent rows orthonormal", () => {
    const layer = createGru({ name: "context", inputs: 5, units: 4, random: createRandom(1) });
    expect(layer.weights.map(({ name, variable }) => [name, variable.shape])).toEqual([
      ["context/kernel", [5, 12]],
      ["context/recurrent_kernel", [4, 12]],
      ["context/bias", [2, 12]],
    ]);
    tf.tidy(() => {
      const recurrent = layer.weights[1]!.variable as tf.Tensor2D;
      const products = tf.matMul(recurrent, recurrent, false, true).dataSync();
      expect(maxDifference(products, tf.eye(4).dataSync())).toBeLessThan(1e-6);
      expect(layer.forward(randomTensor("x", [2, 3, 5]), { training: false }).shape).toEqual([2, 4]);
    });
    expect(() => orthogonal([3, 2], createRandom(1))).toThrow("received [3, 2]");
    layer.dispose();
  });
});
