import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Weight } from "../contract/network.js";
import type { NumericArray } from "../contract/volume.js";
import { loadWeights } from "./load-weights.js";
import { formatTransferReport } from "./transfer-report.js";
import { arraysUnder, readWeights } from "./weights.js";

const array = (shape: number[], first = 0): NumericArray => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => first + index),
  shape,
});

const weight = (name: string, shape: number[], trainable = true): Weight => ({
  name,
  variable: tf.tidy(() => tf.variable(tf.fill(shape, -1))),
  trainable,
});

let weights: Weight[] = [];
const values = (name: string) => Array.from(weights.find((candidate) => candidate.name === name)!.variable.dataSync());

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  weights = [weight("conv/kernel", [3, 2, 2]), weight("conv/bias", [2]), weight("norm/mean", [2], false)];
});
afterEach(() => tf.dispose(weights.map(({ variable }) => variable)));

const SOUND = new Map([
  ["conv/kernel", array([3, 2, 2])],
  ["conv/bias", array([2], 5)],
  ["norm/mean", array([2], 7)],
]);

describe("loadWeights", () => {
  it("loads what fits exactly, without a leak, and copies", () => {
    const before = tf.memory().numTensors;
    const arrays = new Map([...SOUND, ["conv/bias", array([2], 5)]]);
    const report = loadWeights(weights, arrays);
    arrays.get("conv/bias")!.data.fill(0);
    expect(values("conv/bias")).toEqual([5, 6]);
    expect(values("norm/mean")).toEqual([7, 8]);
    expect(report.loaded.map(({ name }) => name)).toEqual(["conv/kernel", "conv/bias", "norm/mean"]);
    expect(report).toMatchObject({ adapted: [], random: [], unused: [] });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("reads back what it loaded, under a prefix", async () => {
    loadWeights(weights, SOUND);
    const read = await readWeights(weights, "encoder/");
    expect([...read.keys()]).toEqual(["encoder/conv/kernel", "encoder/conv/bias", "encoder/norm/mean"]);
    expect(arraysUnder("encoder/", read)).toEqual(SOUND);
    expect(arraysUnder("head/", read).size).toBe(0);
  });

  it("is strict: lists every mismatch and writes nothing", () => {
    const arrays = new Map([
      ["conv/kernel", array([3, 2, 2])],
      ["conv/bias", array([3])],
      ["other", array([1])],
    ]);
    expect(() => loadWeights(weights, arrays, { label: "pretrained.safetensors" })).toThrow(
      expect.objectContaining({
        code: "SSL3D_WEIGHTS_MISMATCH",
        message:
          "The weights of pretrained.safetensors do not fit the network, 3 do not match: " +
          '"conv/bias" is [3] in the file and [2] in the network; "norm/mean" [2] is missing; the network has no "other" [1].',
      })
    );
    expect(values("conv/kernel")).toEqual(new Array(12).fill(-1));
  });

  it("refuses another element type", () => {
    const arrays = new Map([...SOUND, ["conv/bias", { data: new Int32Array(2), shape: [2] }]]);
    expect(() => loadWeights(weights, arrays)).toThrow("conv/bias");
  });

  it("loads partially where told to, and reports what became of everything", () => {
    const report = loadWeights(
      weights,
      new Map([
        ["conv/bias", array([2], 5)],
        ["conv/kernel", array([3, 2, 4])],
        ["other", array([1])],
      ]),
      {
        partial: true,
      }
    );
    expect(values("conv/bias")).toEqual([5, 6]);
    expect(values("conv/kernel")).toEqual(new Array(12).fill(-1));
    expect(report).toEqual({
      loaded: [{ name: "conv/bias", shape: [2] }],
      adapted: [],
      random: [
        { name: "conv/kernel", shape: [3, 2, 2], sourceShape: [3, 2, 4] },
        { name: "norm/mean", shape: [2] },
      ],
      unused: [{ name: "other", shape: [1] }],
    });
    expect(formatTransferReport(report)).toBe(
      [
        "1 weights loaded, 0 adapted, 2 left at their initial values, 1 unused",
        "  initial  conv/kernel [3, 2, 4] -> [3, 2, 2]",
        "  initial  norm/mean [2]",
        "  unused   other [1]",
      ].join("\n")
    );
  });

  it("fails where a partial load would load nothing", () => {
    expect(() => loadWeights(weights, new Map([["model/kernel", array([3])]]), { partial: true })).toThrow(
      expect.objectContaining({ code: "SSL3D_WEIGHTS_NONE_LOADED" })
    );
  });

  it("adapts kernels to another number of image channels: the response to equal channels stays", () => {
    const arrays = new Map([...SOUND, ["conv/kernel", array([3, 4, 2])]]);
    expect(() => loadWeights(weights, arrays)).toThrow();
    const report = loadWeights(weights, arrays, { adaptInputChannels: true });
    expect(report.adapted).toEqual([{ name: "conv/kernel", shape: [3, 2, 2], sourceShape: [3, 4, 2] }]);
    const loaded = values("conv/kernel");
    const source = arrays.get("conv/kernel")!.data;
    for (let tap = 0; tap < 3; tap++) {
      for (let output = 0; output < 2; output++) {
        const sum = (data: ArrayLike<number>, inputs: number) =>
          Array.from({ length: inputs }, (_, input) => data[(tap * inputs + input) * 2 + output]!).reduce(
            (a, b) => a + b
          );
        expect(sum(loaded, 2)).toBeCloseTo(sum(source, 4), 6);
        expect(loaded[tap * 4 + output]).toBe(loaded[tap * 4 + 2 + output]);
      }
    }
  });
});
