import { batchNorm, batchNormInference, groupNorm } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { variedValues } from "@ssl3d/testing";
import { expectAgreement, onWasm } from "../test-support.js";

const shape = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.integer({ min: 2, max: 7 }), { minLength: 2, maxLength: 3 }),
    fc.constantFrom(1, 2, 3, 4, 6, 8, 10, 16),
  )
  .map(([batch, spatial, channels]) => [batch, ...spatial, channels]);

describe("normalisation", () => {
  it("agrees with the composition on the cpu engine over the batch, with its gradient", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (size) => {
        const channels = size[size.length - 1]!;
        await expectAgreement([variedValues(size), variedValues([channels], 2), variedValues([channels], 3), variedValues(size, 4)], (x, scale, offset, weight) => {
          const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Scalar => tf.sum(tf.mul(batchNorm(a, b, c), weight));
          return [batchNorm(x, scale, offset), ...tf.grads(loss)([x, scale, offset])];
        }, 2e-5);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it("agrees over groups of channels of a sample, with its gradient", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), async (size, pick) => {
        const channels = size[size.length - 1]!;
        const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((divisor) => channels % divisor === 0);
        const groups = divisors[pick % divisors.length]!;
        await expectAgreement([variedValues(size), variedValues([channels], 2), variedValues([channels], 3), variedValues(size, 4)], (x, scale, offset, weight) => {
          const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Scalar => tf.sum(tf.mul(groupNorm(a, b, c, { groups }), weight));
          return [groupNorm(x, scale, offset, { groups }), ...tf.grads(loss)([x, scale, offset])];
        }, 2e-5);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it("agrees where statistics are given", async () => {
    const inputs = [variedValues([2, 3, 4, 5, 6]), ...[2, 3, 4].map((seed) => variedValues([6], seed))];
    await expectAgreement(inputs, (x, scale, offset, mean) => [batchNormInference(x, scale, offset, mean, tf.square(tf.add(mean, 2)))]);
  });

  it("keeps the variance of values far from zero", async () => {
    const noise = variedValues([1, 20, 20, 20, 4]);
    const far = { shape: noise.shape, data: Float32Array.from(noise.data, (value) => value + 1000) };
    const expected = Array.from(far.data).filter((_, i) => i % 4 === 0);
    const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
    const variance = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length;
    await onWasm([far], (x) => {
      let seen: ArrayLike<number> = [];
      batchNorm(x, tf.ones([4]), tf.zeros([4]), { onStatistics: (_, batchVariance) => (seen = batchVariance.dataSync()) });
      expect(seen[0]! / variance).toBeCloseTo(1, 5);
      return [];
    });
  });
});
