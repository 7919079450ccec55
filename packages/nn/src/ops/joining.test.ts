import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gradientError, maxDifference, randomTensor } from "../testing/check-gradients.js";
import { addScaled } from "./add-scaled.js";
import { concatChannels } from "./concat-channels.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each([1, 0.17])("adding a branch scaled by %d", (scale) => {
  it("is the sum, with the gradients of central differences", () => {
    const [x, branch] = ["x", "branch"].map((label) => randomTensor(label, [2, 3, 2, 4])) as [tf.Tensor, tf.Tensor];
    const sum = tf.tidy(() => addScaled(x, branch, scale).dataSync());
    const [a, b] = [x.dataSync(), branch.dataSync()];
    expect(maxDifference(sum, a.map((value, i) => value + scale * b[i]!))).toBeLessThan(1e-6);
    expect(gradientError((at, other) => addScaled(at, other, scale), [x, branch], 1)).toBeLessThan(1e-4);
    tf.dispose([x, branch]);
  });
});

describe("concatChannels", () => {
  it("joins any number of tensors, with the gradients of central differences", () => {
    const parts = [1, 3, 2].map((channels) => randomTensor(`part${channels}`, [2, 3, 2, channels]));
    tf.tidy(() => {
      expect(concatChannels(...parts).dataSync()).toEqual(tf.concat(parts, -1).dataSync());
    });
    expect(gradientError((...at) => concatChannels(...at), parts, 1)).toBeLessThan(1e-4);
    tf.dispose(parts);
  });
});
