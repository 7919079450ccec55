import { registerHostUpdates, UPDATE_KERNELS } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import * as tf from "@tensorflow/tfjs-core";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

const SIZES = [[7], [5000]] as const;

describe.skipIf(!hasLibrary)("the optimisers' updates", () => {
  registerHostUpdates("cpu");

  it.each(SIZES.flatMap((shape) => [1, 0.95].map((decay) => ({ shape, decay }))))("follow Adam's formula: %j", async ({ shape, decay }) => {
    const inputs = [1, 2, 3, 4].map((seed) => variedValues(shape, seed));
    for (const rate of [0.01, 0.02, 0]) {
      await expectAgreement(inputs, (weight, gradient, m, root) => {
        const attributes = { rate, beta1: 0.9, beta2: 0.99, epsilon: 1e-3, decay };
        return runKernel(UPDATE_KERNELS.adam, { weight: weight, gradient: gradient, m: m, v: tf.square(root) }, attributes);
      });
    }
  });

  it("start from no gradients at all", async () => {
    await expectAgreement([variedValues([5000])], (weight) => {
      const zeros = () => tf.zeros([5000]);
      const attributes = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 1 };
      const results = runKernel(UPDATE_KERNELS.adam, { weight: weight, gradient: zeros(), m: zeros(), v: zeros() }, attributes);
      expect(results[0]!.dataSync()).toEqual(weight.dataSync());
      return results;
    });
  });

  it.each(SIZES.flatMap((shape) => [true, false].map((nesterov) => ({ shape, nesterov }))))(
    "follow gradient descent with momentum: %j",
    async ({ shape, nesterov }) => {
      const inputs = [1, 2, 3].map((seed) => variedValues(shape, seed));
      for (const learningRate of [0.1, 0]) {
        await expectAgreement(inputs, (weight, gradient, velocity) =>
          runKernel(UPDATE_KERNELS.sgd, { weight: weight, gradient: gradient, velocity: velocity }, { learningRate, momentum: 0.7, nesterov }),
        );
      }
    },
  );
});
