import { KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { runKernel, variedValues } from "@ssl3d/testing";
import { expectAgreement, hasLibrary } from "../test-support.js";

describe.skipIf(!hasLibrary)("bias gradients", () => {
  it.each([
    ["a level of a network", [2, 8, 8, 8, 16]],
    ["few voxels and many channels", [2, 2, 2, 4, 256]],
    ["a 2D level", [2, 32, 32, 8]],
    ["a number of voxels that does not split", [1, 11, 13, 19, 5]],
    ["one channel", [1, 31, 17, 13, 1]],
    ["a prime number of voxels", [1, 4099, 3]],
    ["a small tensor", [2, 3, 3, 3, 4]],
  ])("sum over the voxels of %s", async (_, shape) => {
    await expectAgreement([variedValues(shape)], (dy) =>
      tf.getBackend() === "cpu" ? [sumOf(dy)] : runKernel(KERNELS.biasGrad, { dy: dy }, {}),
    );
  });

  it.each([[[2, 8, 8, 8, 16]], [[2, 3, 5, 4]]])("pass through the ReLU where it was positive: %j", async (shape) => {
    await expectAgreement([variedValues(shape), variedValues(shape, 2)], (dy, z) => {
      const y = tf.relu(z);
      if (tf.getBackend() !== "cpu") return runKernel(KERNELS.reluBiasGrad, { dy: dy, y }, {});
      const dz = tf.where(tf.greater(y, 0), dy, 0);
      return [dz, sumOf(dz)];
    });
  });
});

function sumOf(dy: tf.Tensor): tf.Tensor {
  return tf.sum(tf.reshape(dy, [-1, dy.shape.at(-1)!]), 0);
}
