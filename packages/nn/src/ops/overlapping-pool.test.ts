import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gradientError, spacedTensor } from "../testing/check-gradients.js";
import { maxPool } from "./max-pool.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each([
  { shape: [2, 7, 9, 2], padding: "valid" },
  { shape: [1, 6, 5, 3], padding: "same" },
  { shape: [1, 5, 7, 5, 2], padding: "valid" },
] as const)("max pooling of $shape by 3 with strides 2, $padding", ({ shape, padding }) => {
  const options = { size: 3, strides: 2, padding } as const;

  it("takes the maxima that tfjs takes", () => {
    tf.tidy(() => {
      const x = spacedTensor("x", shape);
      const expected = shape.length === 4 ? tf.maxPool(x as tf.Tensor4D, 3, 2, padding) : tf.maxPool3d(x as tf.Tensor5D, 3, 2, padding);
      const y = maxPool(x, options);
      expect(y.shape).toEqual(expected.shape);
      expect(y.dataSync()).toEqual(expected.dataSync());
    });
  });

  it("has the gradient of central differences", () => {
    const x = spacedTensor("x", shape);
    expect(gradientError((at) => maxPool(at, options), [x], 1e-2)).toBeLessThan(1e-3);
    x.dispose();
  });
});
