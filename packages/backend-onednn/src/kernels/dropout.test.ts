import { createRandom } from "@ssl3d/core";
import { dropout } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

describe.skipIf(!hasLibrary)("dropout", () => {
  it.each([
    [[3, 5, 7], 0.3],
    [[2, 4, 6, 8, 16], 0.5],
    [[9], 0],
    [[1, 3], 0.999],
  ])("drops the values that its definition names: %j at a rate of %f", async (shape, rate) => {
    for (const seed of [1, 2, 3]) {
      await expectAgreement([variedValues(shape)], (x) => {
        const drop = (a: tf.Tensor): tf.Tensor => dropout(a, rate, createRandom(seed));
        return [drop(x), tf.grad(drop)(x)];
      });
    }
  });

  it("drops about as many as it is told to", async () => {
    await expectAgreement([{ shape: [20000], data: new Float32Array(20000).fill(1) }], (x) => {
      const y = dropout(x, 0.3, createRandom(4));
      const dropped = y.dataSync().filter((value) => value === 0).length;
      expect(dropped / 20000).toBeCloseTo(0.3, 1);
      return [y];
    });
  });
});
