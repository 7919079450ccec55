import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { flatIndex, gradientError, indices, product, randomTensor, spacedTensor } from "../testing/check-gradients.js";
import { averagePool } from "./average-pool.js";
import { globalAveragePool, globalMaxPool } from "./global-pool.js";
import { maxPool, type Ties } from "./max-pool.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

const cases = [
  { shape: [2, 4, 6, 3], size: 2 },
  { shape: [1, 5, 7, 2], size: 2 },
  { shape: [2, 4, 4, 6, 3], size: 2 },
  { shape: [1, 5, 4, 7, 2], size: 2 },
  { shape: [1, 7, 6, 3, 2], size: 3 },
];

/** Visits the windows of a pooling one after the other with the flat positions of their voxels, in C order. */
function* windows(shape: readonly number[], size: number): Generator<{ output: number; voxels: number[] }> {
  const rank = shape.length - 2;
  const out = shape.map((n, axis) => (axis === 0 || axis > rank ? n : Math.floor(n / size)));
  for (const index of indices(out)) {
    const voxels = [...indices(new Array<number>(rank).fill(size))].map((tap) =>
      flatIndex(index.map((i, axis) => (axis === 0 || axis > rank ? i : i * size + tap[axis - 1]!)), shape),
    );
    yield { output: flatIndex(index, out), voxels };
  }
}

describe.each(cases)("pooling $shape by $size", ({ shape, size }) => {
  it("takes maxima and means over whole windows", () => {
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const [values, maxima, means] = [x.dataSync(), maxPool(x, { size }).dataSync(), averagePool(x, size).dataSync()];
      for (const { output, voxels } of windows(shape, size)) {
        const inWindow = voxels.map((voxel) => values[voxel]!);
        expect(maxima[output]).toBe(Math.max(...inWindow));
        expect(means[output]).toBeCloseTo(inWindow.reduce((a, b) => a + b, 0) / inWindow.length, 5);
      }
    });
  });

  it("has the gradients of central differences", () => {
    const [spaced, x] = [spacedTensor("x", shape), randomTensor("x", shape)];
    expect(gradientError((at) => maxPool(at, { size }), [spaced], 1e-2)).toBeLessThan(1e-3);
    expect(gradientError((at) => averagePool(at, size), [x], 1)).toBeLessThan(1e-4);
    tf.dispose([spaced, x]);
  });

  it.each(["first", "all"] as const)("gives the gradient of tied maxima to %s", (ties: Ties) => {
    tf.tidy(() => {
      const x = tf.floor(tf.mul(randomTensor("tied", shape), 1.5));
      const received = tf.grad((at) => tf.sum(tf.mul(maxPool(at, { size, ties }), 2)))(x).dataSync();
      const values = x.dataSync();
      const expected = new Float32Array(product(shape));
      let tied = 0;
      for (const { voxels } of windows(shape, size)) {
        const maximum = Math.max(...voxels.map((voxel) => values[voxel]!));
        const winners = voxels.filter((voxel) => values[voxel] === maximum);
        if (winners.length > 1) tied++;
        for (const voxel of ties === "all" ? winners : winners.slice(0, 1)) expected[voxel] = 2;
      }
      expect(tied).toBeGreaterThan(0);
      expect(received).toEqual(expected);
    });
  });
});

describe.each([{ shape: [2, 3, 5, 4] }, { shape: [2, 3, 2, 5, 4] }])("global pooling of $shape", ({ shape }) => {
  it("takes the mean and the maximum of every channel", () => {
    tf.tidy(() => {
      const x = randomTensor("x", shape);
      const axes = shape.map((_, axis) => axis).slice(1, -1);
      expect(globalAveragePool(x).shape).toEqual([2, 4]);
      expect(tf.max(tf.abs(tf.sub(globalAveragePool(x), tf.mean(x, axes)))).dataSync()[0]).toBeLessThan(1e-6);
      expect(tf.max(tf.abs(tf.sub(globalMaxPool(x), tf.max(x, axes)))).dataSync()[0]).toBe(0);
    });
  });

  it("has the gradients of central differences", () => {
    const [x, spaced] = [randomTensor("x", shape), spacedTensor("x", shape)];
    expect(gradientError((at) => globalAveragePool(at), [x], 1)).toBeLessThan(1e-4);
    expect(gradientError((at) => globalMaxPool(at), [spaced], 1e-2)).toBeLessThan(1e-3);
    tf.dispose([x, spaced]);
  });

  it("shares a tied maximum's gradient", () => {
    const gradient = tf.tidy(() => tf.grad((at) => tf.sum(globalMaxPool(at)))(tf.ones(shape)).dataSync());
    expect(gradient[0]).toBeCloseTo(1 / product(shape.slice(1, -1)), 6);
  });
});
