import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../random.js";
import { hasKernel } from "../engine-kernels.js";
import { registerHostUpdates, UPDATE_KERNELS } from "./host-updates.js";
import { trainingOptions, type TrainingInput } from "./options.js";
import { createUpdateRule } from "./update-rule.js";

/** Weight and slots after two updates of a 2x3 weight. */
function update(optimizer: TrainingInput["optimizer"]): number[][] {
  const random = createRandom("updates");
  const tensor = () =>
    tf.tensor(
      Float32Array.from({ length: 6 }, () => random.normal()),
      [2, 3]
    );
  return tf.tidy(() => {
    const rule = createUpdateRule(trainingOptions.parse({ optimizer }).optimizer);
    let [weight, slots] = [tensor(), rule.slots.map(() => tf.zeros([2, 3])) as readonly tf.Tensor[]];
    for (const iteration of [1, 2]) {
      const gradient = tf.mul(tensor(), tf.tensor2d([1, 1e-3, 1e-6, 100, 0, 1], [2, 3]));
      ({ weight, slots } = rule.update({ weight, gradient, slots, learningRate: 0.1, iteration }));
    }
    expect(weight.shape).toEqual([2, 3]);
    return [weight, ...slots].map((value) => Array.from(value.dataSync()));
  });
}

beforeAll(() => tf.setBackend("cpu"));

describe("update kernels", () => {
  it.each<NonNullable<TrainingInput["optimizer"]>>([
    { name: "adam" },
    { name: "adamw", weightDecay: 0.1 },
    { name: "sgd", momentum: 0.7 },
    { name: "sgd", momentum: 0.7, nesterov: false },
  ])("agree with the composition of stock operations: %j", (optimizer) => {
    const names = Object.values(UPDATE_KERNELS);
    for (const name of names) if (hasKernel(name, "cpu")) tf.unregisterKernel(name, "cpu");
    const composed = update(optimizer);
    registerHostUpdates("cpu");
    expect(names.every((name) => hasKernel(name, "cpu"))).toBe(true);
    const before = tf.memory().numTensors;
    const fused = update(optimizer);
    expect(tf.memory().numTensors).toBe(before);
    fused.flat().forEach((value, index) => {
      const expected = composed.flat()[index]!;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(3e-6 * Math.max(1, Math.abs(expected)));
    });
  });

  it("leave an engine's own kernel in place", () => {
    const name = UPDATE_KERNELS.adam;
    if (hasKernel(name, "cpu")) tf.unregisterKernel(name, "cpu");
    const own = () => [];
    tf.registerKernel({ kernelName: name, backendName: "cpu", kernelFunc: own });
    registerHostUpdates("cpu");
    expect(tf.getKernel(name, "cpu").kernelFunc).toBe(own);
    tf.unregisterKernel(name, "cpu");
  });
});
