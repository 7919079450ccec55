import { batchNorm, batchNormInference, KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

/** Channel counts that fill vectors and some that do not. */
const shape = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.integer({ min: 2, max: 7 }), { minLength: 2, maxLength: 3 }),
    fc.constantFrom(1, 2, 3, 8, 10, 16, 32),
  )
  .map(([batch, spatial, channels]) => [batch, ...spatial, channels]);

describe.skipIf(!hasLibrary)("batch normalisation", () => {
  it("agrees with the composition on the cpu engine, with its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (size) => {
        const channels = size[size.length - 1]!;
        const inputs = [variedValues(size), variedValues([channels], 2), variedValues([channels], 3), variedValues(size, 4)];
        await expectAgreement(inputs, (x, scale, offset, weight) => {
          const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Scalar => tf.sum(tf.mul(batchNorm(a, b, c), weight));
          return [batchNorm(x, scale, offset), ...tf.grads(loss)([x, scale, offset])];
        }, 1e-4);
      }),
      { numRuns: 15, seed: 1 },
    );
  });

  it("agrees on vectors", async () => {
    const inputs = [variedValues([9, 5]), variedValues([5], 2), variedValues([5], 3)];
    await expectAgreement(inputs, (x, scale, offset) => [batchNorm(x, scale, offset)], 1e-5);
  });

  it("agrees where statistics are given", async () => {
    for (const size of [[2, 3, 4, 5, 6], [1, 5, 7, 16]]) {
      const inputs = [variedValues(size), ...[2, 3, 4].map((seed) => variedValues(size.slice(-1), seed))];
      await expectAgreement(inputs, (x, scale, offset, mean) => [
        batchNormInference(x, scale, offset, mean, tf.square(tf.add(mean, 2))),
      ]);
    }
  });

  it("keeps the variance of values far from zero", async () => {
    const noise = variedValues([1, 20, 20, 20, 8]);
    const far = { shape: noise.shape, data: Float32Array.from(noise.data, (value) => value + 1000) };
    const channel = Array.from(far.data).filter((_, i) => i % 8 === 0);
    const mean = channel.reduce((sum, value) => sum + value, 0) / channel.length;
    const variance = channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channel.length;
    await expectAgreement([{ shape: [1], data: [0] }], (zero) => {
      if (tf.getBackend() === "cpu") return [zero];
      const x = tf.tensor(Float32Array.from(far.data), [...far.shape]);
      const results = runKernel(KERNELS.batchNorm, { x, scale: tf.ones([8]), offset: tf.zeros([8]) }, { epsilon: 1e-3 });
      expect(results[2]!.dataSync()[0]! / variance).toBeCloseTo(1, 5);
      return [zero];
    });
  });
});
