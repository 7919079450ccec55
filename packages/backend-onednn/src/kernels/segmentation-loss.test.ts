import { diceCrossEntropy, scoredDiceCrossEntropy } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { type ArrayValues, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

function oneHot(shape: readonly number[]): ArrayValues {
  const classes = shape.at(-1)!;
  const draws = variedValues(shape.slice(0, -1), 5);
  const data = new Float32Array(draws.data.length * classes);
  for (let voxel = 0; voxel < draws.data.length; voxel++) data[voxel * classes + Math.floor(((draws.data[voxel]! + 1) / 2) * classes * 0.999)] = 1;
  return { shape, data };
}

function lossAndGradient(scale: number): (...tensors: tf.Tensor[]) => tf.Tensor[] {
  return (truth, logits) => {
    const scaled = tf.mul(logits, scale);
    const { loss, dice } = scoredDiceCrossEntropy(truth, scaled);
    return [loss, dice, tf.grad((x: tf.Tensor) => tf.mul(diceCrossEntropy(truth, x), 3))(scaled)];
  };
}

describe.skipIf(!hasLibrary)("the segmentation loss", () => {
  it.each([1, 30, 1000])("and its gradient agree with the reference for logits up to %d", async (scale) => {
    for (const shape of [[2, 8, 9, 10, 4], [1, 11, 13, 7, 2], [3, 17, 11, 8], [1, 2, 2, 3]]) {
      await expectAgreement([oneHot(shape), variedValues(shape)], lossAndGradient(scale), 1e-5);
    }
  });

  it("takes rows of no class", async () => {
    const truth = oneHot([1, 20, 30, 3]);
    const data = Float32Array.from(truth.data).fill(0, 0, 600);
    await expectAgreement([{ shape: truth.shape, data }, variedValues(truth.shape)], lossAndGradient(5), 1e-5);
  });
});

describe.skipIf(!hasLibrary)("softmax", () => {
  it.each([[2, 9, 10, 11, 4], [700, 2], [70, 100], [3, 500], [50, 21, 1]])("over the last axis of [%d, %d ...]", async (...shape) => {
    await expectAgreement([variedValues(shape), variedValues(shape, 2)], (x, weights) => [
      ...[1, 500].flatMap((scale) => [tf.softmax(tf.mul(x, scale)), tf.logSoftmax(tf.mul(x, scale))]),
      tf.grad((a: tf.Tensor) => tf.sum(tf.mul(tf.softmax(a), weights)))(x),
      tf.grad((a: tf.Tensor) => tf.sum(tf.mul(tf.logSoftmax(a), weights)))(x),
    ], 1e-5);
  });
});
