import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { registerGradients } from "../gradients.js";
import { createRandom } from "../random.js";
import { binaryCrossEntropy } from "./binary-cross-entropy.js";
import { weightedSumLoss } from "./combined.js";
import { categoricalCrossEntropy, categoricalCrossEntropyFromLogits, weightedCategoricalCrossEntropy } from "./cross-entropy.js";
import { diceCoefficient, dicePerClass, weightedDiceLoss } from "./dice.js";
import { composeDiceCrossEntropy, diceCrossEntropy, scoredDiceCrossEntropy } from "./dice-cross-entropy.js";
import { jaccardDistance, ORIGINAL_JACCARD_SCALE } from "./jaccard.js";

interface Case {
  readonly shape: number[];
  readonly labels: number[];
  readonly probabilities: number[];
  readonly values: Record<string, number>;
  readonly gradients: Record<string, number[]>;
}

// values and gradients of the original's Keras code, as TensorFlow computed them
const cases = JSON.parse(readFileSync(new URL("./fixtures/original-losses.json", import.meta.url), "utf8")) as Record<string, Case>;

type Loss = (truth: Tensor, prediction: Tensor) => Scalar;
const original: Record<string, Loss> = {
  weighted_dice_coefficient: diceCoefficient,
  weighted_dice_loss: weightedDiceLoss,
  jaccard_distance: (truth, prediction) => jaccardDistance(truth, prediction, { scale: ORIGINAL_JACCARD_SCALE }),
  weighted_categorical_crossentropy: (truth, prediction) => weightedCategoricalCrossEntropy(truth, prediction),
  weighted_sum_loss: (truth, prediction) => weightedSumLoss(truth, prediction, undefined, ORIGINAL_JACCARD_SCALE),
  categorical_crossentropy_keras: categoricalCrossEntropy,
  binary_crossentropy_keras: binaryCrossEntropy,
};

function truthOf(example: Case): Tensor {
  const [classes = 1] = example.shape.slice(-1);
  return tf.tidy(() => tf.reshape(oneHot(example.labels, classes), example.shape));
}

function oneHot(labels: number[], classes: number): Tensor {
  return tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32");
}

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each(Object.keys(cases))("the original's losses on %s", (name) => {
  const example = cases[name] as Case;
  const names = Object.keys(example.values).filter((key) => key in original);

  it.each(names)("%s has the original's value", (key) => {
    const before = tf.memory().numTensors;
    const value = tf.tidy(() => {
      const loss = (original[key] as Loss)(truthOf(example), tf.tensor(example.probabilities, example.shape));
      return loss.dataSync()[0] as number;
    });
    const expected = example.values[key] as number;
    expect(Math.abs(value - expected)).toBeLessThan(1e-5 * Math.abs(expected));
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(Object.keys(example.gradients))("%s has the original's gradient", (key) => {
    const truth = truthOf(example);
    const gradient = tf.grad((prediction) => (original[key] as Loss)(truth, prediction))(tf.tensor(example.probabilities, example.shape));
    expectClose(gradient.dataSync(), example.gradients[key] as number[], 1e-5);
  });

  it("scores single classes as the original does", () => {
    const scores = tf.tidy(() => dicePerClass(truthOf(example), tf.tensor(example.probabilities, example.shape)).dataSync());
    const expected = [...scores].map((_, index) => example.values[`weighted_dice_coefficient_per_class_${index}`] as number);
    expectClose(scores, expected, 1e-5);
  });
});

describe("losses from logits", () => {
  const random = createRandom("logits");
  const shape = [2, 3, 2, 4];
  const logits = Array.from({ length: 48 }, () => random.normal(0, 3));
  const labels = Array.from({ length: 12 }, () => random.integer(0, 4));
  const truth = (): Tensor => truthOf({ shape, labels, probabilities: [], values: {}, gradients: {} });
  const softmax = (values: number[]): number[] => {
    const exponentials = values.map((value) => Math.exp(value));
    const sum = exponentials.reduce((a, b) => a + b);
    return exponentials.map((value) => value / sum);
  };
  const rows = labels.map((_, row) => softmax(logits.slice(row * 4, row * 4 + 4)));

  function crossEntropy(): number {
    return -labels.reduce((sum, label, row) => sum + Math.log(rows[row]?.[label] as number), 0) / labels.length;
  }

  function dice(): number {
    const scores = [0, 1, 2, 3].map((k) => {
      const overlap = rows.reduce((sum, row, i) => sum + (labels[i] === k ? (row[k] as number) : 0), 0);
      const total = rows.reduce((sum, row, i) => sum + (row[k] as number) + (labels[i] === k ? 1 : 0), 0);
      return (2 * overlap + 1e-5) / (total + 1e-5);
    });
    return scores.reduce((a, b) => a + b) / 4;
  }

  it("cross-entropy follows its definition, far logits included", () => {
    const value = tf.tidy(() => categoricalCrossEntropyFromLogits(truth(), tf.tensor(logits, shape)).dataSync()[0] as number);
    expect(value).toBeCloseTo(crossEntropy(), 5);
    const far = tf.tidy(() => categoricalCrossEntropyFromLogits(tf.tensor2d([[0, 1]]), tf.tensor2d([[500, -500]])).dataSync()[0]);
    expect(far).toBeCloseTo(1000, 2);
  });

  it("soft Dice plus cross-entropy follows its definition", () => {
    const value = tf.tidy(() => diceCrossEntropy(truth(), tf.tensor(logits, shape)).dataSync()[0] as number);
    expect(value).toBeCloseTo(1 - dice() + crossEntropy(), 5);
  });

  it("soft Dice plus cross-entropy has the gradient of finite differences", () => {
    const target = truth();
    const gradient = tf.grad((x) => diceCrossEntropy(target, x))(tf.tensor(logits, shape)).dataSync();
    const step = 1e-2;
    const numeric = logits.slice(0, 8).map((_, index) => {
      const shifted = [step, -step].map((by) =>
        tf.tidy(() => {
          const moved = logits.map((value, i) => (i === index ? value + by : value));
          return diceCrossEntropy(target, tf.tensor(moved, shape)).dataSync()[0] as number;
        }),
      );
      return ((shifted[0] as number) - (shifted[1] as number)) / (2 * step);
    });
    expectClose(gradient.slice(0, 8), numeric, 2e-3);
  });
});

describe("diceCrossEntropy in two passes", () => {
  it.each([2, 4])("agrees with the tensor operations for %d classes, an empty one and far logits among them", (classes) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const random = createRandom(classes);
      const shape = [2, 5, 5, classes];
      const logits = tf.tensor(Float32Array.from({ length: 50 * classes }, () => random.normal(0, random.chance(0.1) ? 60 : 3)), shape);
      const truth = tf.reshape(oneHot(Array.from({ length: 50 }, () => random.integer(0, classes - 1)), classes), shape);
      // half of the loss: the derivative by the loss counts
      const own = tf.valueAndGrad((x) => tf.mul(diceCrossEntropy(truth, x), 0.5))(logits);
      const reference = tf.valueAndGrad((x) => tf.mul(composeDiceCrossEntropy(truth, x).loss, 0.5))(logits);
      expectClose(own.value.dataSync(), [...reference.value.dataSync()], 1e-6);
      expectClose(own.grad.dataSync(), [...reference.grad.dataSync()], 1e-5);
      expectClose(scoredDiceCrossEntropy(truth, logits).dice.dataSync(), [...composeDiceCrossEntropy(truth, logits).dice.dataSync()], 1e-6);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("takes soft truths, too, and refuses one of another shape", () => {
    const truth = tf.tensor2d([[0.5, 0.25, 0], [0, 0, 1]]);
    const logits = tf.tensor2d([[1, -2, 0.5], [0.1, 0.2, 0.3]]);
    const own = tf.valueAndGrad((x) => diceCrossEntropy(truth, x))(logits);
    const reference = tf.valueAndGrad((x) => composeDiceCrossEntropy(truth, x).loss)(logits);
    expectClose(own.value.dataSync(), [...reference.value.dataSync()], 1e-6);
    expectClose(own.grad.dataSync(), [...reference.grad.dataSync()], 1e-6);
    expect(() => diceCrossEntropy(tf.zeros([3, 2]), logits)).toThrow("received [3, 2] and [2, 3]");
  });
});

describe("weightedCategoricalCrossEntropy", () => {
  it("takes any number of classes and refuses a wrong number of weights", () => {
    const truth = oneHot([0, 1, 2, 3], 4);
    const uniform = tf.fill([4, 4], 0.25);
    const value = weightedCategoricalCrossEntropy(truth, uniform, [1, 2, 3, 4]).dataSync()[0];
    expect(value).toBeCloseTo(2.5 * Math.log(4), 4);
    expect(() => weightedCategoricalCrossEntropy(truth, uniform)).toThrow("Expected 4 class weights, one a class, received 3");
  });
});

/** Compares relative to the largest magnitude expected. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] as number))));
  expect(worst).toBeLessThan(tolerance * scale);
}
