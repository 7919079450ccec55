import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeOnReference, ensureSameResults, runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, onWasm } from "../test-support.js";

const size = fc.integer({ min: 1, max: 20 });
const shapes = fc.record({
  rows: size,
  inner: fc.oneof(size, fc.constantFrom(255, 257, 600)),
  columns: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  batch: fc.constantFrom([[], []], [[3], [3]], [[1], [3]], [[2], []]),
});

describe("matrix products", () => {
  it("agree with the cpu engine in every shape and with either factor transposed", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ rows, inner, columns, transposeA, transposeB, batch }) => {
        const a = [...batch[0], ...(transposeA ? [inner, rows] : [rows, inner])];
        const b = [...batch[1], ...(transposeB ? [columns, inner] : [inner, columns])];
        await expectAgreement(
          [variedValues(a), variedValues(b, 2)],
          (x, y) => runKernel(tf.BatchMatMul, { a: x, b: y }, { transposeA, transposeB }),
          5e-6,
        );
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each(["linear", "relu", "relu6", "sigmoid", "elu", "leakyrelu", "prelu"])("end with a bias and %s where fused", async (activation) => {
    const inputs = [variedValues([2, 5, 6]), variedValues([2, 6, 7], 2), variedValues([7], 3)];
    const compute = (a?: tf.Tensor, b?: tf.Tensor, bias?: tf.Tensor): tf.Tensor[] =>
      runKernel(tf._FusedMatMul, { a: a!, b: b!, bias: bias!, preluActivationWeights: bias! }, { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.3 });
    ensureSameResults(await onWasm(inputs, compute), await computeOnReference(inputs, compute), 5e-6);
  });

  it("see the shape that a factor has now, not the one it had in an earlier product", async () => {
    await expectAgreement([variedValues([5, 6]), variedValues([5, 4], 2), variedValues([6, 4], 3)], (a, c, b) => [
      tf.matMul(a, b),
      tf.matMul(c, tf.reshape(b, [4, 6])),
    ]);
  });

  it("repeat the axes before the last two on both sides, which the cpu engine does not", async () => {
    const results = await onWasm([variedValues([2, 1, 4, 5]), variedValues([3, 5, 6], 2)], (a, b) => {
      const product = runKernel(tf.BatchMatMul, { a: a, b: b }, { transposeA: false, transposeB: false })[0]!;
      const pairs = [0, 1].flatMap((i) =>
        [0, 1, 2].map((j) => tf.matMul(tf.reshape(tf.slice(a, i, 1), [4, 5]), tf.reshape(tf.slice(b, j, 1), [5, 6]))),
      );
      return [product, tf.reshape(tf.stack(pairs), [2, 3, 4, 6])];
    });
    expect(results[0]).toEqual(results[1]);
  });

  it("see the new values of a variable", async () => {
    const [before, after] = await onWasm([variedValues([3, 4]), variedValues([4, 5], 2)], (x, start) => {
      const weight = tf.variable(start);
      const first = tf.matMul(x, weight);
      weight.assign(tf.mul(start, 2));
      const second = tf.matMul(x, weight);
      weight.dispose();
      return [first, second];
    });
    expect(Array.from(after!.data)).toEqual(Array.from(before!.data, (value) => 2 * value));
  });
});
