import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { flatIndex, gradientError, indices, randomTensor } from "../testing/check-gradients.js";
import { averageAround } from "./average-around.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each([
  { shape: [2, 4, 5, 2], size: 3 },
  { shape: [1, 1, 6, 3], size: 5 },
  { shape: [1, 3, 2, 4, 2], size: 3 },
])("averaging around the voxels of $shape with windows of $size", ({ shape, size }) => {
  it("leaves out what is outside", () => {
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const [values, means] = [x.dataSync(), averageAround(x, size).dataSync()];
      const rank = shape.length - 2;
      const reach = (size - 1) / 2;
      for (const index of indices(shape)) {
        const window = [...indices(new Array<number>(rank).fill(size))]
          .map((tap) => index.map((i, axis) => (axis === 0 || axis > rank ? i : i + tap[axis - 1]! - reach)))
          .filter((at) => at.every((i, axis) => i >= 0 && i < shape[axis]!));
        const mean = window.reduce((sum, at) => sum + values[flatIndex(at, shape)]!, 0) / window.length;
        expect(means[flatIndex(index, shape)]).toBeCloseTo(mean, 5);
      }
    });
  });

  it("has the gradient of central differences", () => {
    const x = randomTensor("x", shape);
    expect(gradientError((at) => averageAround(at, size), [x], 1)).toBeLessThan(1e-4);
    x.dispose();
  });
});
