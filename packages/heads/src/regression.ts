import * as tf from "@tensorflow/tfjs-core";
import { defineHead, mean, type Head, type HeadPlugin, type HeadRequest, type LabelledCase, type PredictedCase } from "@ssl3d/core";
import { truthIsNoNumber } from "./errors.js";
import { createImageNetwork, makeImageExample, type ImageExample } from "./image-head.js";
import { kappaOfValues } from "./kappa-of-values.js";
import { regressionOptions, type RegressionOptions } from "./regression-options.js";

/**
 * Predicts one or more numbers of every image, such as an age or, as the original's retinopathy job does by default, a grade on a
 * continuous scale. Mean squared error. Its predictions are the numbers, [batch, outputs].
 */
export const regression: HeadPlugin<"regression", RegressionOptions, ImageExample<Float32Array>> = defineHead({
  name: "regression",
  summary: "Predicts one or more numbers of every image: pooled features and fully connected layers",
  ranks: [2, 3],
  predicts: "image",
  answers: "numbers",
  options: regressionOptions,
  example: (labelled, options, random): ImageExample<Float32Array> => {
    const numbers = numbersOfTruth(labelled.truth, options, labelled.image.id);
    return makeImageExample(labelled, Float32Array.from(numbers), options, random);
  },
  build: buildRegressor,
  score: (found, truth, options) => ({ meanAbsoluteError: mean(errorsOf({ probabilities: found, truth }, options).map(Math.abs)) }),
  summarise: (cases, options) => {
    const errors = cases.flatMap((one) => errorsOf(one, options));
    const grades = {
      truths: cases.map(({ truth }) => Math.round(numbersOfTruth(truth, options)[0]!)),
      found: cases.map(({ probabilities }) => Math.round(probabilities.data[0]!)),
    };
    return {
      scores: {
        meanAbsoluteError: errors.length === 0 ? null : mean(errors.map(Math.abs)),
        rootMeanSquaredError: errors.length === 0 ? null : Math.sqrt(mean(errors.map((error) => error ** 2))),
        // several numbers are no grade
        ...(options.outputs === 1 && { quadraticKappa: kappaOfValues(grades.truths, grades.found) }),
      },
    };
  },
  decide: ({ data }, { outputs }) => {
    if (outputs > 1) return { label: -1, name: "several numbers" };
    const grade = Math.round(data[0]!);
    return { label: grade, name: String(grade) };
  },
  classPrior: (truths, options) => {
    const rows = truths.map((truth) => numbersOfTruth(truth, options));
    return Array.from({ length: options.outputs }, (_, output) => mean(rows.map((row) => row[output]!)));
  },
});

function buildRegressor(request: HeadRequest<RegressionOptions>): Head<ImageExample<Float32Array>> {
  const { options, classPrior } = request;
  const network = createImageNetwork(request, options.outputs);
  if (classPrior !== undefined) tf.tidy(() => network.outputBias.variable.assign(tf.tensor1d([...classPrior])));
  const numbersOf: typeof network.logits = (images, mode) => {
    const values = network.logits(images, mode);
    return options.activation === "relu" ? tf.relu(values) : values;
  };
  return {
    weights: network.weights,
    minimumBatchSize: network.minimumBatchSize,
    step: ({ tensors: { image, truth } }, mode) =>
      tf.tidy(() => {
        const errors = tf.sub(numbersOf(image, mode), truth);
        return { loss: tf.mean<tf.Scalar>(tf.square(errors)), metrics: { meanAbsoluteError: tf.mean<tf.Scalar>(tf.abs(errors)) } };
      }),
    predict: (images) => tf.tidy(() => numbersOf(images, { training: false })),
    dispose: () => network.dispose(),
  };
}

/** Found less true, number by number. */
function errorsOf({ probabilities, truth }: PredictedCase, options: RegressionOptions): number[] {
  return numbersOfTruth(truth, options).map((value, output) => probabilities.data[output]! - value);
}

/** The numbers of a case. Throws SSL3D_TRUTH_IS_NO_NUMBER. */
function numbersOfTruth(truth: LabelledCase["truth"], { outputs }: RegressionOptions, caseId?: string): readonly number[] {
  if (typeof truth === "object" && "voxels" in truth) throw truthIsNoNumber(`a label volume of ${truth.size.join(" x ")} voxels`, outputs, caseId);
  const numbers = typeof truth === "number" ? [truth] : truth;
  if (numbers.length !== outputs || !numbers.every(Number.isFinite)) throw truthIsNoNumber(`[${numbers.join(", ")}]`, outputs, caseId);
  return numbers;
}
