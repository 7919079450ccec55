import { globalAveragePool, globalMaxPool } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

describe.skipIf(!hasLibrary)("global pooling", () => {
  it.each([[[2, 8, 9, 10, 16]], [[1, 7, 11, 13, 3]], [[3, 12, 12, 8]], [[1, 5, 7, 1]], [[1, 101, 1, 16]]])(
    "agrees with the cpu engine, with its gradients: %j",
    async (shape) => {
      await expectAgreement([variedValues(shape), variedValues([shape[0]!, shape[shape.length - 1]!], 2)], (x, weight) =>
        [globalMaxPool, globalAveragePool].flatMap((pool) => [
          pool(x),
          tf.grad((a: tf.Tensor) => tf.sum(tf.mul(pool(a), weight)))(x),
        ]),
      );
    },
  );

  it("is NaN where a voxel is, and else what is largest, infinite or not", async () => {
    const data = Float32Array.from(variedValues([2, 9, 10, 16]).data);
    data.set([NaN, Infinity, -Infinity, -0, 3e38], 16 * 40);
    await expectAgreement([{ shape: [2, 9, 10, 16], data }], (x) => {
      const maxima = tf.max(x, [1, 2]);
      expect(Array.from(maxima.dataSync()).map(Number.isNaN)).toEqual(Array.from({ length: 32 }, (_, i) => i === 0));
      return [tf.cast(tf.isNaN(maxima), "float32"), tf.clipByValue(tf.slice(maxima, [0, 1], [2, 15]), -1e3, 1e3)];
    });
  });

  it("keeps the axes where it is asked to", async () => {
    await expectAgreement([variedValues([2, 9, 10, 16])], (x) => [tf.max(x, [1, 2], true), tf.max(x, [2, 1])]);
  });

  it("leaves other axes to tfjs", async () => {
    await expectAgreement([variedValues([2, 9, 10, 16])], (x) => [tf.max(x), tf.max(x, 3), tf.max(x, 0), tf.max(x, 1)]);
  });
});
