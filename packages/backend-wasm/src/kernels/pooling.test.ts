import { averagePool, dropout, maxPool, upsampleNearest } from "@ssl3d/nn";
import { createRandom } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, it } from "vitest";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement } from "../test-support.js";

const shape = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.array(fc.integer({ min: 3, max: 8 }), { minLength: 2, maxLength: 3 }),
    fc.constantFrom(1, 3, 4, 8, 10),
  )
  .map(([batch, spatial, channels]) => [batch, ...spatial, channels]);

/** The value and gradient of an operation of one input. */
function withGradient(operation: (x: tf.Tensor) => tf.Tensor): (x?: tf.Tensor) => tf.Tensor[] {
  return (x) => {
    const y = operation(x!);
    const weight = tf.tensor(Float32Array.from(variedValues(y.shape, 9).data), y.shape);
    return [y, tf.grad((a: tf.Tensor) => tf.sum(tf.mul(operation(a), weight)))(x!)];
  };
}

describe("pooling and upsampling", () => {
  it.each([
    ["maximum", (x: tf.Tensor) => maxPool(x)],
    ["maximum, all ties", (x: tf.Tensor) => maxPool(tf.relu(x), { ties: "all" })],
    ["maximum, first tie", (x: tf.Tensor) => maxPool(tf.relu(x), { ties: "first" })],
    ["average of 3", (x: tf.Tensor) => averagePool(x, 3)],
    ["nearest upsampling", (x: tf.Tensor) => upsampleNearest(x, 2)],
  ])("agrees with the cpu engine: %s", async (_name, operation) => {
    await fc.assert(
      fc.asyncProperty(shape, (size) => expectAgreement([variedValues(size)], withGradient(operation))),
      { numRuns: 15, seed: 1 },
    );
  });

  it.each([
    [2, "same"],
    [3, "valid"],
    [3, "same"],
  ] as const)("agrees with tfjs' own pooling of size %i, stride 2, %s", async (filterSize, pad) => {
    for (const [forward, backward, rank] of [
      [tf.MaxPool3D, tf.MaxPool3DGrad, 3],
      [tf.AvgPool3D, tf.AvgPool3DGrad, 3],
      [tf.MaxPool, tf.MaxPoolGrad, 2],
      [tf.AvgPool, tf.AvgPoolGrad, 2],
    ] as const) {
      const attributes = { filterSize: Array<number>(rank).fill(filterSize), strides: Array<number>(rank).fill(2), pad, dataFormat: rank === 2 ? "NHWC" : "NDHWC" };
      await expectAgreement([variedValues([2, ...[5, 6, 7].slice(0, rank), 5])], (input) => {
        const output = runKernel(forward, { x: input }, attributes)[0]!;
        const dy = tf.tensor(Float32Array.from(variedValues(output.shape, 4).data), output.shape);
        return [output, ...runKernel(backward, { dy, input: input, output }, attributes)];
      });
    }
  });
});

describe("dropout", () => {
  it("drops the values that its definition names", async () => {
    await expectAgreement([variedValues([3, 5, 7])], (x) => [dropout(x, 0.3, createRandom(7))]);
  });
});
