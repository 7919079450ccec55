import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-cpu";
import { createRandom, registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { densenet } from "./densenet.js";
import { createGraphEncoder } from "./graph-encoder.js";
import { inceptionResnetV2 } from "./inception-resnet-v2.js";
import { inceptionV3 } from "./inception-v3.js";
import { kerasOrder } from "./keras-order.js";
import { countParameters, type NetworkGraph } from "./network-graph.js";
import { resnet, resnetStages } from "./resnet.js";

interface Output {
  readonly input: readonly [number, number, number];
  readonly shape: readonly number[];
  readonly output: readonly number[];
}

/** Made with Keras by testdata/make_keras.py. */
const keras = JSON.parse(readFileSync(new URL("../testdata/keras.json", import.meta.url), "utf8")) as Record<"resnet" | "resnetV2" | "densenet", Output> &
  Record<"inceptionV3" | "inceptionResnetV2", readonly (number | string)[]>;

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe("the numbers of parameters that Keras publishes", () => {
  const version = (number: 1 | 2, ...blocks: number[]): NetworkGraph => resnet({ version: number, stages: resnetStages(...blocks) });
  it.each([
    ["DenseNet121", densenet({ blocks: [6, 12, 24, 16] }), 7_037_504],
    ["DenseNet169", densenet({ blocks: [6, 12, 32, 32] }), 12_642_880],
    ["DenseNet201", densenet({ blocks: [6, 12, 48, 32] }), 18_321_984],
    ["ResNet50", version(1, 3, 4, 6, 3), 23_587_712],
    ["ResNet101", version(1, 3, 4, 23, 3), 42_658_176],
    ["ResNet152", version(1, 3, 8, 36, 3), 58_370_944],
    ["ResNet50V2", version(2, 3, 4, 6, 3), 23_564_800],
    ["ResNet101V2", version(2, 3, 4, 23, 3), 42_626_560],
    ["ResNet152V2", version(2, 3, 8, 36, 3), 58_331_648],
    ["InceptionV3", inceptionV3(), 21_802_784],
    ["InceptionResNetV2", inceptionResnetV2(), 54_336_736],
  ])("%s", (_, graph, count) => {
    expect(countParameters(graph, 3)).toBe(count);
  });
});

describe("kerasOrder", () => {
  it.each([
    ["inceptionV3", inceptionV3()],
    ["inceptionResnetV2", inceptionResnetV2()],
  ] as const)("lists the convolutions of %s as Keras does", (name, graph) => {
    const isConvolution = (place: number): boolean => graph.nodes[place]!.operation.kind === "convolution";
    // Convolutions that Keras names are left out of its count: those with a bias, and the last.
    const counted = graph.nodes.flatMap((node, place) => {
      const { operation } = node;
      return operation.kind === "convolution" && !operation.bias && !node.name.startsWith("conv_7b") ? [place] : [];
    });
    const order = kerasOrder(graph).filter(isConvolution).map((place) => counted.indexOf(place));
    expect(order).toEqual(keras[name].map((one) => (typeof one === "string" ? -1 : one)));
  });
});

describe("the output of Keras for the same weights", () => {
  it.each([
    ["resnet", resnet({ version: 1, stages: [{ filters: 2, blocks: 2 }, { filters: 3, blocks: 1 }, { filters: 4, blocks: 2 }] })],
    ["resnetV2", resnet({ version: 2, stages: [{ filters: 2, blocks: 2 }, { filters: 3, blocks: 3 }, { filters: 4, blocks: 2 }] })],
    ["densenet", densenet({ blocks: [1, 2, 1, 1] })],
  ] as const)("%s", (name, graph) => {
    const { input, shape, output } = keras[name];
    const encoder = createGraphEncoder({ name, graph, channels: input[2], pooling: "none", random: createRandom(1) });
    tf.tidy(() => {
      encoder.weights.forEach((weight, number) => weight.variable.assign(synthetic(number, weight.name, weight.variable.shape)));
      const result = encoder.forward(tf.mul(hashed(10000, [1, ...input]), 2), { training: false }).output;
      expect(result.shape.slice(1)).toEqual(shape);
      const scale = Math.max(...output);
      result.dataSync().forEach((value, i) => {
        expect(Math.abs(value - output[i]!)).toBeLessThan(1e-5 * scale);
      });
    });
    encoder.dispose();
  });
});

/** Numbers in [-0.5, 0.5) that depend on the tensor's number and the place in it only. */
function hashed(number: number, shape: readonly number[]): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const start = Math.imul(number, 0x9e3779b1);
  const values = Float32Array.from({ length }, (_, j) => {
    let h = j + start;
    h = Math.imul((h >>> 16) ^ h, 0x7feb352d);
    h = Math.imul((h >>> 15) ^ h, 0x846ca68b);
    return (((h >>> 16) ^ h) >>> 0) / 2 ** 32 - 0.5;
  });
  return tf.tensor(values, [...shape]);
}

function synthetic(number: number, name: string, shape: readonly number[]): tf.Tensor {
  const v = hashed(number, shape);
  const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const rules: Readonly<Record<string, readonly [number, number]>> = {
    kernel: [Math.sqrt(24 / fanIn), 0],
    scale: [0.4, 0.6],
    offset: [0.2, 0],
    movingMean: [0.2, 0],
    movingVariance: [1, 1],
    bias: [0.1, 0],
  };
  const [factor, shift] = rules[name.slice(name.lastIndexOf("/") + 1)]!;
  return tf.add(tf.mul(v, factor), shift);
}
