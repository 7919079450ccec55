import { averagePool, maxPool, upsampleNearest } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, it } from "vitest";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

const shape = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.array(fc.integer({ min: 3, max: 8 }), { minLength: 2, maxLength: 3 }),
    fc.constantFrom(1, 3, 8, 10, 16),
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

describe.skipIf(!hasLibrary)("pooling and upsampling", () => {
  it.each([
    ["maximum", (x: tf.Tensor) => maxPool(x)],
    ["maximum of 3", (x: tf.Tensor) => maxPool(x, { size: 3 })],
    ["maximum, first tie", (x: tf.Tensor) => maxPool(tf.relu(x), { ties: "first" })],
    ["maximum, all ties", (x: tf.Tensor) => maxPool(tf.relu(x), { ties: "all" })],
    ["average", (x: tf.Tensor) => averagePool(x)],
    ["average of 3", (x: tf.Tensor) => averagePool(x, 3)],
    ["nearest upsampling", (x: tf.Tensor) => upsampleNearest(x, 2)],
    ["nearest upsampling by 3", (x: tf.Tensor) => upsampleNearest(x, 3)],
  ])("agrees with the cpu engine: %s", async (_name, operation) => {
    await fc.assert(
      fc.asyncProperty(shape, (size) => expectAgreement([variedValues(size)], withGradient(operation))),
      { numRuns: 8, seed: 1 },
    );
  });

  it.each([
    [2, 2, "same"],
    [3, 2, "valid"],
    [3, 2, "same"],
    [3, 1, 1],
    [1, 2, "same"],
  ] as const)("agrees with tfjs' own pooling of size %i, stride %i, padding %s", async (filterSize, stride, pad) => {
    for (const [forward, backward, rank] of [
      [tf.MaxPool3D, tf.MaxPool3DGrad, 3],
      [tf.AvgPool3D, tf.AvgPool3DGrad, 3],
      [tf.MaxPool, tf.MaxPoolGrad, 2],
      [tf.AvgPool, tf.AvgPoolGrad, 2],
    ] as const) {
      const attributes = { filterSize: Array<number>(rank).fill(filterSize), strides: Array<number>(rank).fill(stride), pad, dataFormat: rank === 2 ? "NHWC" : "NDHWC" };
      await expectAgreement([variedValues([2, ...[5, 6, 7].slice(0, rank), 5])], (input) => {
        const output = runKernel(forward, { x: input }, attributes)[0]!;
        const dy = tf.tensor(Float32Array.from(variedValues(output.shape, 4).data), output.shape);
        return [output, ...runKernel(backward, { dy, input: input, output }, attributes)];
      });
    }
  });

  it("finds the maxima anew where the result did not come from pooling here", async () => {
    await expectAgreement([variedValues([1, 4, 5, 8]), variedValues([1, 2, 2, 8], 2)], (x, dy) => {
      const attributes = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
      const output = tf.add(runKernel(tf.MaxPool, { x: x }, attributes)[0]!, 0);
      return runKernel(tf.MaxPoolGrad, { dy: dy, input: x, output }, attributes);
    });
  });
});
