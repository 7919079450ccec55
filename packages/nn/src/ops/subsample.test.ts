import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gradientError, randomTensor } from "../testing/check-gradients.js";
import { subsample } from "./subsample.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each([
  { shape: [2, 4, 5, 2], strides: 2 },
  { shape: [1, 7, 1, 3], strides: 3 },
  { shape: [1, 3, 2, 4, 2], strides: 2 },
])("every $strides-th voxel of $shape", ({ shape, strides }) => {
  it("takes the voxels of a strided slice", () => {
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const expected = tf.stridedSlice(x, shape.map(() => 0), shape, shape.map((_, axis) => (axis === 0 || axis === shape.length - 1 ? 1 : strides)));
      const y = subsample(x, strides);
      expect(y.shape).toEqual(expected.shape);
      expect(y.dataSync()).toEqual(expected.dataSync());
    });
  });

  it("has the gradient of central differences", () => {
    const x = randomTensor("x", shape);
    expect(gradientError((at) => subsample(at, strides), [x], 1)).toBeLessThan(1e-4);
    x.dispose();
  });
});
