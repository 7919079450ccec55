import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { confusionMatrix, createRandom, quadraticWeightedKappa, registerGradients, stackExamples, train, trainingOptions, type Encoder, type LabelledCase, type PredictedCase } from "@ssl3d/core";
import { createVolume } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { kappaOfValues } from "./kappa-of-values.js";
import { regression } from "./regression.js";
import { regressionOptions, type RegressionInput } from "./regression-options.js";

const side = 8;

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

function buildEncoder(): Encoder {
  const options = unetEncoderOptions.parse({ filters: 4, levels: 1, dropout: 0, pooling: "none" });
  return unetEncoder.build({ rank: 2, channels: 1, options, random: createRandom("encoder") });
}

/** Noise with more bright voxels the larger the number, from 0 to 4. */
function spotted(seed: number): LabelledCase & { readonly truth: number } {
  const random = createRandom(`spots ${seed}`);
  const truth = random.uniform(0, 4);
  const voxels = Float32Array.from({ length: side ** 2 }, () => random.normal(0, 0.1) + (random.chance(truth / 5) ? 2 : 0));
  return { image: createVolume({ id: `case ${seed}`, voxels, size: [side, side] }), truth };
}

function built(input: RegressionInput, encoder: Encoder, classPrior?: readonly number[]) {
  const options = regressionOptions.parse({ augmentation: null, ...input });
  return { options, head: regression.build({ encoder, options, inputSize: [side, side], random: createRandom("head"), ...(classPrior && { classPrior }) }) };
}

const one = (value: number, truth: LabelledCase["truth"]): PredictedCase => ({ probabilities: { data: Float32Array.of(value), shape: [1] }, truth });

describe("regression", () => {
  it.each(["linear", "relu"] as const)("learns how many voxels are bright (%s)", async (activation) => {
    const encoder = buildEncoder();
    const { options, head } = built({ activation }, encoder, regression.classPrior!([0, 1, 2, 5], regressionOptions.parse({})));
    const batch = (index: number) => {
      const cases = Array.from({ length: 8 }, (_, i) => spotted(index * 8 + i));
      return Promise.resolve(stackExamples(cases.map((labelled) => regression.example(labelled, options, createRandom(1))), cases.map(({ image }) => image.id)));
    };
    await train({ encoder, trainable: head, batches: { batch }, options: trainingOptions.parse({ steps: 60, learningRate: 0.03 }), random: createRandom("training") });
    const held = Array.from({ length: 24 }, (_, i) => spotted(5000 + i));
    const values = tf.tidy(() => {
      const images = tf.stack(held.map(({ image }) => tf.tensor(image.voxels, [side, side, 1])));
      // the moving statistics lag behind so short a training
      encoder.forward(images, { training: false, statisticsMomentum: 0 });
      return Array.from(head.predict(images).dataSync());
    });
    const { scores } = regression.summarise!(values.map((value, i) => one(value, held[i]!.truth)), options);
    expect(scores["meanAbsoluteError"]).toBeLessThan(0.6);
    expect(scores["quadraticKappa"]).toBeGreaterThan(0.6);
    head.dispose();
    encoder.dispose();
  });

  it("starts from the mean of the truths, and cuts off below 0 with a relu", () => {
    const encoder = buildEncoder();
    const prior = regression.classPrior!([[1, -6], [2, -2]], regressionOptions.parse({ outputs: 2 }));
    expect(prior).toEqual([1.5, -4]);
    for (const activation of ["linear", "relu"] as const) {
      const { head } = built({ outputs: 2, activation }, encoder, prior);
      tf.tidy(() => head.weights.at(-2)!.variable.assign(tf.zeros([8, 2])));
      const numbers = tf.tidy(() => [...head.predict(tf.randomNormal([1, side, side, 1])).dataSync()]);
      expect(numbers).toEqual([1.5, activation === "relu" ? 0 : -4]);
      head.dispose();
    }
    encoder.dispose();
  });

  it("has the layers of the original's tops for any widths, normalisation and dropout", () => {
    const encoder = buildEncoder();
    const layers = (input: RegressionInput): string[] => {
      const { head } = built(input, encoder);
      const names = head.weights.map(({ name, variable }) => `${name} ${variable.shape.join("x")}`);
      head.dispose();
      return names.filter((name) => /kernel|scale/.test(name));
    };
    expect(layers({ architecture: "big_fully", widths: [48, 24] })).toEqual(["head/dense1/kernel 8x48", "head/norm1/scale 48", "head/dense2/kernel 48x24", "head/norm2/scale 24", "head/top/kernel 24x1"]);
    expect(layers({ architecture: "plain", widths: [48, 24], batchNorm: true })).toEqual(layers({ architecture: "big_fully", widths: [48, 24] }));
    expect(layers({ architecture: "simple_multiclass", widths: [5], batchNorm: false })).toEqual(["head/dense1/kernel 8x5", "head/top/kernel 5x1"]);
    encoder.dispose();
  });

  it("scores errors, and grades by rounded numbers", () => {
    const options = regressionOptions.parse({});
    const cases = [one(0.4, 0), one(1.6, 1), one(2.6, 3), one(2, 2)];
    const { scores } = regression.summarise!(cases, options);
    expect(scores["meanAbsoluteError"]).toBeCloseTo(1.4 / 4, 6);
    expect(scores["rootMeanSquaredError"]).toBeCloseTo(Math.sqrt((0.16 + 0.36 + 0.16) / 4), 6);
    expect(scores["quadraticKappa"]).toBeCloseTo(quadraticWeightedKappa(confusionMatrix([0, 1, 3, 2], [0, 2, 3, 2], 4))!, 10);
    expect(regression.decide!(cases[1]!.probabilities, options)).toEqual({ label: 2, name: "2" });
    const several = { probabilities: { data: Float32Array.of(1, 5), shape: [2] }, truth: [3, 4] };
    const two = regressionOptions.parse({ outputs: 2 });
    expect(regression.score(several.probabilities, several.truth, two)).toEqual({ meanAbsoluteError: 1.5 });
    expect(regression.summarise!([several], two).scores).toEqual({ meanAbsoluteError: 1.5, rootMeanSquaredError: Math.sqrt(2.5) });
    expect(regression.summarise!([], options).scores).toEqual({ meanAbsoluteError: null, rootMeanSquaredError: null, quadraticKappa: null });
  });

  it("refuses truths that are no numbers, with the case's name", () => {
    const example = (truth: LabelledCase["truth"], input: RegressionInput = {}): unknown =>
      regression.example({ ...spotted(7), truth }, regressionOptions.parse(input), createRandom(1));
    expect(() => example([1, 2])).toThrow('Expected a finite number as the truth of case "case 7", received [1, 2].');
    expect(() => example(3, { outputs: 2 })).toThrow("a vector of 2 finite numbers (option `outputs`)");
    expect(() => example(NaN)).toThrow("received [NaN]");
    expect(() => example(spotted(1).image)).toThrow("a label volume of 8 x 8 voxels");
  });
});

describe("kappaOfValues", () => {
  it("is the kappa of the confusion matrix", () => {
    const grades = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(grades, (pairs) => {
        const [truths, found] = [pairs.map(([truth]) => truth), pairs.map(([, value]) => value)];
        const expected = quadraticWeightedKappa(confusionMatrix(truths, found, 6));
        const kappa = kappaOfValues(truths, found);
        if (expected === null) expect(kappa).toBeNull();
        else expect(kappa).toBeCloseTo(expected, 9);
      }),
    );
  });
});
