import { groupNorm, KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

const shape = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 2, maxLength: 3 }),
    fc.constantFrom(1, 3, 6, 8, 16),
  )
  .map(([batch, spatial, channels]) => [batch, ...spatial, channels]);

async function expectGroupNormAgrees(size: readonly number[], groups: number): Promise<void> {
  const channels = size[size.length - 1]!;
  const inputs = [variedValues(size), variedValues([channels], 2), variedValues([channels], 3), variedValues(size, 4)];
  await expectAgreement(inputs, (x, scale, offset, weight) => {
    const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Scalar => tf.sum(tf.mul(groupNorm(a, b, c, { groups }), weight));
    return [groupNorm(x, scale, offset, { groups }), ...tf.grads(loss)([x, scale, offset])];
  }, 1e-4);
}

describe.skipIf(!hasLibrary)("group normalisation", () => {
  it("agrees with the composition on the cpu engine, with its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), (size, pick) => {
        const channels = size[size.length - 1]!;
        const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((divisor) => channels % divisor === 0);
        return expectGroupNormAgrees(size, divisors[pick % divisors.length]!);
      }),
      { numRuns: 15, seed: 2 },
    );
  });

  it("agrees where every channel is a group, which is instance normalisation", async () => {
    await fc.assert(fc.asyncProperty(shape, (size) => expectGroupNormAgrees(size, size[size.length - 1]!)), { numRuns: 8, seed: 3 });
  });

  it("gives the statistics of every group of every example", async () => {
    await expectAgreement([variedValues([2, 3, 4, 6])], (x) => {
      if (tf.getBackend() === "cpu") {
        const { mean, variance } = tf.moments(tf.reshape(x, [2, 12, 2, 3]), [1, 3]);
        return [mean, variance];
      }
      const results = runKernel(KERNELS.groupNorm, { x: x, scale: tf.ones([6]), offset: tf.zeros([6]) }, { epsilon: 1e-5, groups: 2 });
      expect(results).toHaveLength(3);
      return results.slice(1);
    });
  });
});
