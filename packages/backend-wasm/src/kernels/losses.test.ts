import { LOSS_KERNELS, scoredDiceCrossEntropy } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, onWasm } from "../test-support.js";

it("computes the segmentation loss, its Dice and its gradient as on cpu", async () => {
  const shape = [2, 3, 5, 4, 3];
  const truth = (logits: tf.Tensor): tf.Tensor => tf.cast(tf.equal(logits, tf.max(logits, -1, true)), "float32");
  await expectAgreement([variedValues(shape, 1), variedValues(shape, 2)], (other, logits) => {
    const labels = truth(other);
    const { loss, dice } = scoredDiceCrossEntropy(labels, logits);
    const gradient = tf.grad((x) => tf.mul(scoredDiceCrossEntropy(labels, x).loss, 3))(logits);
    return [loss, dice, gradient];
  });
});

it("hands the kernels' parts over as agreed", async () => {
  const shape = [1, 7, 2];
  const results = await onWasm([variedValues(shape, 1), variedValues(shape, 2)], (truth, logits) => {
    const [loss, dice, probabilities, sums] = runKernel(LOSS_KERNELS.diceCrossEntropy, { truth, logits }, {}) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const expected = [tf.softmax(logits), tf.stack([tf.sum(tf.mul(truth, probabilities), [0, 1]), tf.sum(tf.add(truth, probabilities), [0, 1])])];
    return [loss, dice, ...[probabilities, sums].map((actual, i) => tf.max(tf.abs(tf.sub(actual, expected[i]!))))];
  });
  expect(results.map(({ shape: ofResult }) => ofResult)).toEqual([[], [2], [], []]);
  expect(results[2]!.data[0]).toBeLessThan(1e-6);
  expect(results[3]!.data[0]).toBeLessThan(1e-6);
});
