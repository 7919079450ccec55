import { UPDATE_KERNELS } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { ensureSameResults, runKernel, variedValues } from "@ssl3d/testing";
import { onWasm } from "../test-support.js";

const COUNT = 11;
const [weight, gradient, m, v] = [1, 2, 3, 4].map((seed) => {
  const { data } = variedValues([COUNT], seed);
  return { shape: [COUNT], data: Array.from(data, (value) => (seed === 4 ? value ** 2 : value)) };
}) as [Slot, Slot, Slot, Slot];

interface Slot {
  readonly shape: number[];
  readonly data: number[];
}

const slot = (data: number[]): Slot => ({ shape: [COUNT], data });

describe("the optimisers' updates", () => {
  it("follow Adam's formula, weight decay included", async () => {
    const [rate, beta1, beta2, epsilon, decay] = [0.01, 0.9, 0.99, 1e-3, 0.95] as const;
    const actual = await onWasm([weight, gradient, m, v], (w, g, first, second) =>
      runKernel(UPDATE_KERNELS.adam, { weight: w, gradient: g, m: first, v: second }, { rate, beta1, beta2, epsilon, decay }),
    );
    const nextM = m.data.map((value, i) => beta1 * value + (1 - beta1) * gradient.data[i]!);
    const nextV = v.data.map((value, i) => beta2 * value + (1 - beta2) * gradient.data[i]! ** 2);
    const next = weight.data.map((value, i) => decay * value - (rate * nextM[i]!) / (Math.sqrt(nextV[i]!) + epsilon));
    ensureSameResults(actual, [slot(next), slot(nextM), slot(nextV)], 2e-6);
  });

  it.each([true, false])("follow gradient descent with momentum, Nesterov's %s", async (nesterov) => {
    const [learningRate, momentum] = [0.1, 0.9] as const;
    const actual = await onWasm([weight, gradient, m], (w, g, velocity) =>
      runKernel(UPDATE_KERNELS.sgd, { weight: w, gradient: g, velocity: velocity }, { learningRate, momentum, nesterov }),
    );
    const velocity = m.data.map((value, i) => momentum * value - learningRate * gradient.data[i]!);
    const next = weight.data.map((value, i) =>
      nesterov ? value + momentum * velocity[i]! - learningRate * gradient.data[i]! : value + velocity[i]!,
    );
    ensureSameResults(actual, [slot(next), slot(velocity)], 2e-6);
    expect(actual).toHaveLength(2);
  });
});
