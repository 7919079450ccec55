import { gru } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

describe.skipIf(!hasLibrary)("the GRU", () => {
  it.each([[3, 4, 5, 6], [8, 5, 40, 32], [1, 1, 7, 16]])("of batch %d, %d steps, %d inputs, %d units, with its gradients", async (batch, time, inputs, units) => {
    const shapes = [[batch, time, inputs], [inputs, 3 * units], [units, 3 * units], [2, 3 * units], [batch, time, units]];
    for (const returnSequences of [false, true]) {
      await expectAgreement(shapes.map(variedValues), (x, kernel, recurrentKernel, bias, weights) => {
        const apply = (...[a, k, r, b]: tf.Tensor[]): tf.Tensor => gru(a!, k!, r!, b!, { returnSequences });
        const factor = returnSequences ? weights : tf.squeeze(tf.slice(weights, [0, time - 1, 0], [batch, 1, units]), [1]);
        const given = [x, kernel, recurrentKernel, bias];
        return [apply(...given), ...tf.grads((...tensors: tf.Tensor[]) => tf.sum(tf.mul(apply(...tensors), factor)))(given)];
      }, 1e-5);
    }
  });
});
