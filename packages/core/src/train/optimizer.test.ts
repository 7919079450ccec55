import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { isSsl3dError } from "../errors.js";
import { readTensors } from "../checkpoint/weights.js";
import { Optimizer } from "./optimizer.js";
import { trainingOptions, type TrainingInput } from "./options.js";

const START = [0.5, -1.25, 2, 0];
const GRADIENTS = [
  [0.1, -0.2, 3, 0],
  [-0.4, 0.25, 1e-4, 1e-9],
  [2, 0, -0.5, 100],
  [0.03, 0.02, 0.01, -1],
];

const optionsOf = (optimizer: TrainingInput["optimizer"]) => trainingOptions.parse({ optimizer }).optimizer;

/** The weights after each update. */
function updates(optimizer: TrainingInput["optimizer"], learningRate: number, scale = 1): number[][] {
  const variable = tf.variable(tf.tensor1d(START));
  const subject = new Optimizer(optionsOf(optimizer), [{ name: "w", variable, learningRateScale: scale }]);
  const history = GRADIENTS.map((gradient) => {
    tf.tidy(() => subject.update([tf.tensor1d(gradient)], learningRate));
    return Array.from(variable.dataSync());
  });
  subject.dispose();
  variable.dispose();
  return history;
}

/** The same by a formula on numbers: `rule` makes one update of one element of state `s`, `t` counts from 1. */
function expected(rule: (w: number, g: number, s: number[], t: number) => number): number[][] {
  const weights = [...START];
  const state = START.map(() => [0, 0]);
  return GRADIENTS.map((gradient, step) => {
    gradient.forEach((g, i) => (weights[i] = rule(weights[i]!, g, state[i]!, step + 1)));
    return [...weights];
  });
}

function expectClose(actual: number[][], wanted: number[][]): void {
  actual.flat().forEach((value, index) => {
    const target = wanted.flat()[index]!;
    expect(Math.abs(value - target)).toBeLessThan(2e-6 * Math.max(1, Math.abs(target)));
  });
}

/** Kingma and Ba with bias-corrected moments written out; Keras' epsilon is `epsilon / sqrt(1 - beta2^t)` in that form. */
function kerasAdam(rate: number, beta1: number, beta2: number, epsilon: number, decay = 0) {
  return (w: number, g: number, s: number[], t: number) => {
    s[0] = beta1 * s[0]! + (1 - beta1) * g;
    s[1] = beta2 * s[1]! + (1 - beta2) * g * g;
    const corrected = [s[0] / (1 - beta1 ** t), s[1] / (1 - beta2 ** t)] as const;
    return (
      w - rate * decay * w - (rate * corrected[0]) / (Math.sqrt(corrected[1]) + epsilon / Math.sqrt(1 - beta2 ** t))
    );
  };
}

beforeAll(() => tf.setBackend("cpu"));

describe("Optimizer", () => {
  it("makes Keras' Adam updates, small epsilon and large", () => {
    expectClose(updates({ name: "adam" }, 1e-2), expected(kerasAdam(1e-2, 0.9, 0.999, 1e-7)));
    const other = { name: "adam", beta1: 0.5, beta2: 0.9, epsilon: 0.1 } as const;
    expectClose(updates(other, 0.3), expected(kerasAdam(0.3, 0.5, 0.9, 0.1)));
  });

  it("decays weights apart from the gradient in AdamW", () => {
    expectClose(updates({ name: "adamw" }, 0.1), expected(kerasAdam(0.1, 0.9, 0.999, 1e-7, 0.004)));
    expectClose(updates({ name: "adamw", weightDecay: 0.2 }, 0.1), expected(kerasAdam(0.1, 0.9, 0.999, 1e-7, 0.2)));
  });

  it("makes Keras' SGD updates: plain, with momentum, with Nesterov", () => {
    expectClose(
      updates({ name: "sgd", momentum: 0 }, 0.1),
      expected((w, g) => w - 0.1 * g)
    );
    const velocity = (g: number, s: number[]) => (s[0] = 0.8 * s[0]! - 0.1 * g);
    expectClose(
      updates({ name: "sgd", momentum: 0.8, nesterov: false }, 0.1),
      expected((w, g, s) => w + velocity(g, s))
    );
    expectClose(
      updates({ name: "sgd", momentum: 0.8 }, 0.1),
      expected((w, g, s) => w + 0.8 * velocity(g, s) - 0.1 * g)
    );
  });

  it("scales the learning rate of a weight", () => {
    expect(updates({ name: "adam" }, 0.2, 0.5)).toEqual(updates({ name: "adam" }, 0.1));
  });

  it("goes on from an exported state exactly as it would have", async () => {
    for (const name of ["adam", "adamw", "sgd"] as const) {
      const whole = updates({ name }, 0.05);
      const variable = tf.variable(tf.tensor1d(START));
      const weights = [{ name: "w", variable, learningRateScale: 1 }];
      const first = new Optimizer(optionsOf({ name }), weights);
      for (const gradient of GRADIENTS.slice(0, 2)) tf.tidy(() => first.update([tf.tensor1d(gradient)], 0.05));
      const state = await readTensors(first.state());
      expect([...state.keys()]).toEqual(name === "sgd" ? ["velocity/w"] : ["m/w", "v/w"]);
      const second = new Optimizer(optionsOf({ name }), weights);
      second.restore(state, first.iterations, "test");
      first.dispose();
      for (const gradient of GRADIENTS.slice(2)) tf.tidy(() => second.update([tf.tensor1d(gradient)], 0.05));
      expect(Array.from(variable.dataSync())).toEqual(whole.at(-1));
      expect(second.iterations).toBe(4);
      second.dispose();
      variable.dispose();
    }
  });

  it("refuses a state of other weights", () => {
    const variable = tf.variable(tf.tensor1d(START));
    const subject = new Optimizer(optionsOf({ name: "adam" }), [{ name: "w", variable, learningRateScale: 1 }]);
    const good = { data: new Float32Array(4), shape: [4] };
    const codeOf = (entries: [string, typeof good][]) => {
      try {
        subject.restore(new Map(entries), 1, "test");
      } catch (error) {
        return isSsl3dError(error) ? error.code : error;
      }
      return "accepted";
    };
    expect(codeOf([["m/w", good]])).toBe("SSL3D_CHECKPOINT_INVALID");
    expect(
      codeOf([
        ["m/w", good],
        ["v/w", { data: new Float32Array(3), shape: [3] }],
      ])
    ).toBe("SSL3D_CHECKPOINT_INVALID");
    expect(
      codeOf([
        ["m/w", good],
        ["v/w", good],
        ["m/x", good],
      ])
    ).toBe("SSL3D_CHECKPOINT_INVALID");
    expect(
      codeOf([
        ["m/w", good],
        ["v/w", good],
      ])
    ).toBe("accepted");
    subject.dispose();
    variable.dispose();
  });

  it("keeps the number of tensors from the first update on", () => {
    const variable = tf.variable(tf.tensor1d(START));
    const before = tf.memory().numTensors;
    const subject = new Optimizer(optionsOf({ name: "adam" }), [{ name: "w", variable, learningRateScale: 1 }]);
    for (const gradient of GRADIENTS) {
      tf.tidy(() => subject.update([tf.tensor1d(gradient)], 0.1));
      expect(tf.memory().numTensors).toBe(before + 2);
    }
    subject.dispose();
    expect(tf.memory().numTensors).toBe(before);
    variable.dispose();
  });
});
