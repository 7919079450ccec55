import { dense, gru } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import { fixed, normal } from "./inputs.js";
import { operation, type OperationCase } from "./operation-case.js";

/** Fully connected layers, matrix products and recurrent layers. */
export function matrixCases(): OperationCase[] {
  return [
    ...([1, 3] as const).flatMap((batch) => [
      operation(`fully connected layer, batch of ${batch}`, [normal(batch, 5), normal(5, 7), normal(7)], (x, k, b) => dense(x, k, b)),
      operation(`fully connected layer with ReLU, batch of ${batch}`, [normal(batch, 17), normal(17, 1), normal(1)], (x, k, b) =>
        dense(x, k, b, "relu"),
      ),
    ]),
    ...[false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => {
        const name = [transposeA ? "A" : "", transposeB ? "B" : ""].join("");
        const [a, b] = [transposeA ? normal(6, 3) : normal(3, 6), transposeB ? normal(5, 6) : normal(6, 5)];
        return operation(`matrix product${name === "" ? "" : `, ${name} transposed`}`, [a, b], (x, y) =>
          tf.matMul(x, y, transposeA, transposeB),
        );
      }),
    ),
    operation("matrix product of many", [normal(2, 3, 4, 5), normal(2, 3, 5, 2)], (a, b) => tf.matMul(a, b)),
    operation("matrix product of many, B transposed", [normal(4, 3, 5), normal(4, 2, 5)], (a, b) => tf.matMul(a, b, false, true)),
    operation("matrix product of many with one", [normal(3, 4, 5), fixed(normal(1, 5, 2))], (a, b) => tf.matMul(a, b)),
    operation("matrix product with its own transpose", [normal(4, 6)], (a) => tf.matMul(a, a, false, true)),
    operation("matrix products that share a factor in two shapes", [normal(4, 6), normal(6, 4)], (a, b) =>
      tf.add(tf.matMul(a as Tensor2D, b as Tensor2D), tf.matMul(tf.reshape(b, [4, 6]), tf.reshape(a, [6, 4]))),
    ),
    ...[1, 3].flatMap((batch) =>
      [false, true].map((returnSequences) =>
        operation(
          `gated recurrent layer, batch of ${batch}, ${returnSequences ? "every state" : "last state"}`,
          [normal(batch, 4, 5), normal(5, 9), normal(3, 9), normal(2, 9)],
          (x, k, r, b) => gru(x, k, r, b, { returnSequences }),
        ),
      ),
    ),
    operation("gated recurrent layer of 1 step, 16 units", [normal(2, 1, 8), normal(8, 48), normal(16, 48), normal(2, 48)], (x, k, r, b) =>
      gru(x, k, r, b),
    ),
  ];
}
