import * as tf from "@tensorflow/tfjs-core";
import { dense } from "@ssl3d/nn";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

const [ROWS, INNER, COLUMNS] = [21, 37, 30];

describe.skipIf(!hasLibrary)("products of matrices", () => {
  it.each([[false, false], [true, false], [false, true], [true, true]])("with their gradients, transposed %s and %s", async (transposeA, transposeB) => {
    for (const [left, right] of [[[], []], [[3], [3]], [[3], [1]], [[1], [3]], [[2, 3], [2, 3]]] as const) {
      const a = [...left, ...(transposeA ? [INNER, ROWS] : [ROWS, INNER])];
      const b = [...right, ...(transposeB ? [COLUMNS, INNER] : [INNER, COLUMNS])];
      await expectAgreement([variedValues(a), variedValues(b, 2)], (x, y) => {
        const value = tf.matMul(x, y, transposeA, transposeB);
        if (left.join() !== right.join()) return [value];
        return [value, ...tf.grads((p: tf.Tensor, q: tf.Tensor) => tf.sum(tf.square(tf.matMul(p, q, transposeA, transposeB))))([x, y])];
      });
    }
  });

  it("with batches that repeat each other, which tfjs' own kernel gets wrong", async () => {
    await expectAgreement([variedValues([2, 1, ROWS, INNER]), variedValues([1, 3, INNER, COLUMNS], 2)], (x, y) => {
      const repeated = tf.matMul(tf.tile(x, [1, 3, 1, 1]), tf.tile(y, [2, 1, 1, 1]));
      return [tf.getBackend() === "cpu" ? repeated : tf.matMul(x, y)];
    });
  });

  it("with bias and activation", async () => {
    await expectAgreement([variedValues([ROWS, INNER]), variedValues([INNER, COLUMNS], 2), variedValues([COLUMNS], 3), variedValues([ROWS, COLUMNS], 4)], (x, y, bias, other) => [
      ...(["linear", "relu", "relu6", "sigmoid", "elu", "leakyrelu"] as const).map((activation) =>
        tf.fused.matMul({ a: x, b: y, bias: bias, activation, leakyreluAlpha: 0.3 }),
      ),
      tf.fused.matMul({ a: x, b: y, activation: "relu" }),
      tf.fused.matMul({ a: x, b: y, bias: other, activation: "relu" }),
      tf.fused.matMul({ a: x, b: y, bias: bias, activation: "prelu", preluActivationWeights: tf.scalar(0.2) }),
    ]);
  });

  it("stay NaN behind an activation", async () => {
    const a = Float32Array.from(variedValues([ROWS, INNER]).data);
    a.set([NaN, Infinity], 2 * INNER);
    a.set([3e38, 3e38], 4 * INNER);
    await expectAgreement([{ shape: [ROWS, INNER], data: a }, variedValues([INNER, COLUMNS], 2), variedValues([COLUMNS], 3)], (x, y, bias) =>
      (["linear", "relu", "relu6", "sigmoid", "elu", "leakyrelu"] as const).map((activation) => {
        const value = tf.fused.matMul({ a: x, b: y, bias, activation, leakyreluAlpha: 0 });
        expect(Array.from(tf.slice(value, [2, 0], [1, COLUMNS]).dataSync(), Number.isNaN)).not.toContain(false);
        return tf.slice(value, [5, 0], [ROWS - 5, COLUMNS]);
      }),
    );
  });

  it("of a dense layer with its gradients", async () => {
    await expectAgreement([variedValues([4, 300]), variedValues([300, 70], 2), variedValues([70], 3)], (x, kernel, bias) =>
      tf.grads((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.sum(tf.square(dense(a, b, c, "relu"))))([x, kernel, bias]),
    );
  });
});
