import { conv, convTranspose, KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { activate } from "../activate.js";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

/** Value and both gradients of an operation. */
const all = (apply: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, filter: tf.Tensor) => {
  const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.square(apply(a, b))))([x, filter]);
  return [apply(x, filter), value, ...grads];
};

describe.skipIf(!hasLibrary)("convolution on the native engine", () => {
  it.each([
    ["3D, padded in depth, few channels", [2, 6, 8, 8, 16], [3, 3, 3, 16, 16], {}],
    ["3D, padded in depth, channels in groups", [2, 5, 6, 8, 32], [3, 3, 3, 32, 16], {}],
    ["3D, one channel in", [1, 8, 8, 8, 1], [3, 3, 3, 1, 16], {}],
    ["3D, odd sizes, uneven strides", [1, 7, 5, 9, 8], [3, 2, 3, 8, 8], { strides: [2, 1, 3] }],
    ["2D, 1x1 with stride, one channel", [2, 12, 12, 1], [1, 1, 1, 8], { strides: 2 }],
    ["2D, 1x1 with stride, four channels", [2, 13, 12, 4], [1, 1, 4, 8], { strides: 2 }],
    ["3D, 1x1x1 with stride, three channels", [2, 5, 6, 6, 3], [1, 1, 1, 3, 16], { strides: 2 }],
    ["2D, dilated", [1, 9, 9, 8], [3, 3, 8, 8], { dilations: 2 }],
  ])("%s", async (_name, shape, filter, options) => {
    // the library's race showed in one of two runs
    for (let run = 0; run < 3; run++) await expectAgreement([variedValues(shape, run), variedValues(filter, run + 7)], all((x, f) => conv(x, f, options)), 1e-5);
  });

  it.each([[[2, 6, 7, 5, 16], [3, 3, 3, 16, 8]], [[2, 9, 8, 3], [3, 3, 3, 8]], [[2, 9, 8, 8], [1, 1, 8, 32]], [[1, 5, 5, 5, 1], [3, 3, 3, 1, 16]]])(
    "with bias and ReLU: %s by %s, to the last bit, and NaN where an input is",
    async (shape, filter) => {
      await activate({ threads: 2, precision: "float32" });
      const spread = (rank: number): number[] => new Array<number>(rank).fill(1);
      const fused = (image: tf.Tensor, activation: string): number[] =>
        tf.tidy(() => {
          const [weights, bias] = [variedValues(filter, 2), variedValues(filter.slice(-1), 3)].map(({ data, shape: size }) => tf.tensor(Float32Array.from(data), [...size]));
          const attributes = { strides: spread(shape.length - 2), dilations: spread(shape.length - 2), pad: "same", activation };
          return Array.from(runKernel(KERNELS.convBias, { x: image, filter: weights!, bias: bias! }, attributes)[0]!.dataSync());
        });
      const image = tf.tensor(Float32Array.from(variedValues(shape).data), shape);
      const before = fused(image, "linear");
      expect(fused(image, "relu").map((value) => value + 0)).toEqual(before.map((value) => Math.max(value, 0)));
      const broken = tf.fill(shape, NaN);
      expect(fused(broken, "relu").every(Number.isNaN)).toBe(true);
      tf.dispose([image, broken]);
    },
  );

  it.each([[[1, 4, 5, 3, 8], [2, 2, 2, 4, 8]], [[2, 4, 4, 3], [3, 3, 5, 3]]])("transposed: %s by %s", async (shape, filter) => {
    await expectAgreement([variedValues(shape), variedValues(filter, 2)], all((x, f) => convTranspose(x, f, { strides: 2 })), 1e-5);
  });
});
