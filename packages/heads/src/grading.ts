import * as tf from "@tensorflow/tfjs-core";
import {
  accuracy,
  areaUnderRoc,
  balancedAccuracy,
  binaryCrossEntropyFromLogits,
  confusionMatrix,
  decodeGrade,
  defineHead,
  encodeGrade,
  mean,
  quadraticWeightedKappa,
  type Head,
  type HeadPlugin,
  type HeadRequest,
  type NumericArray,
} from "@ssl3d/core";
import { gradingOptions, type GradingOptions } from "./grading-options.js";
import { createImageNetwork, makeImageExample, type ImageExample } from "./image-head.js";
import { namesOfClasses } from "./image-head-options.js";
import { gradeOfTruth, shareOfClasses } from "./truth-classes.js";

/** Shares are kept this far from 0 and 1, where a bias would be infinite. */
const LEAST_SHARE = 1e-3;

/**
 * Gives every image a grade, such as the severity of a retinopathy: independent answers to "at least grade k?", as the
 * original has it. Its predictions are these answers, [batch, grades], which do not sum to 1.
 */
export const grading: HeadPlugin<"grading", GradingOptions, ImageExample> = defineHead({
  name: "grading",
  summary: "Gives every image a grade on an ordered scale, by answers to 'at least grade k?'",
  ranks: [2, 3],
  predicts: "image",
  options: gradingOptions,
  references: ["arXiv:0704.1028"],
  example: (labelled, options, random): ImageExample => {
    const grade = gradeOfTruth(labelled.truth, options.classes, labelled.image.id);
    return makeImageExample(labelled, encodeGrade(grade, options.classes), options, random);
  },
  build: buildGrader,
  score: (answers, truth, options) => {
    const grade = gradeOfTruth(truth, options.classes);
    const found = gradeOf(answers, options);
    return { accuracy: found === grade ? 1 : 0, gradeError: found < 0 ? null : Math.abs(found - grade) };
  },
  summarise: (cases, options) => {
    const { classes } = options;
    const truths = cases.map(({ truth }) => gradeOfTruth(truth, classes));
    const found = cases.map(({ probabilities }) => gradeOf(probabilities, options));
    const graded = found.flatMap((grade, i) => (grade < 0 ? [] : [i]));
    const counts = confusionMatrix(graded.map((i) => truths[i]!), graded.map((i) => found[i]!), classes);
    // the first question, "at least grade 0?", tells nothing apart
    const areas = Array.from({ length: classes - 1 }, (_, k) =>
      areaUnderRoc(truths.map((grade) => grade > k), cases.map(({ probabilities }) => probabilities.data[k + 1]!)),
    ).filter((area) => area !== null);
    return {
      scores: {
        quadraticKappa: quadraticWeightedKappa(counts),
        accuracy: cases.length === 0 ? null : accuracy(truths, found),
        balancedAccuracy: balancedAccuracy(counts),
        auroc: areas.length === 0 ? null : mean(areas),
      },
      confusion: { classes: namesOfClasses(options), counts },
    };
  },
  decide: (answers, options) => {
    const label = gradeOf(answers, options);
    return { label, name: namesOfClasses(options)[label] ?? "no grade" };
  },
  classPrior: (truths, { classes }) => shareOfClasses(truths.map((truth) => gradeOfTruth(truth, classes)), classes),
});

function gradeOf({ data }: NumericArray, { threshold, undecided }: GradingOptions): number {
  return decodeGrade(data, { threshold, none: undecided === "lowest" ? 0 : -1 });
}

function buildGrader(request: HeadRequest<GradingOptions>): Head<ImageExample> {
  const { options, classPrior } = request;
  const network = createImageNetwork(request, options.classes);
  if (classPrior !== undefined) {
    const bias = classPrior.map((_, k) => {
      const reached = classPrior.slice(k).reduce((sum, share) => sum + share, 0);
      const share = Math.min(Math.max(reached, LEAST_SHARE), 1 - LEAST_SHARE);
      return Math.log(share / (1 - share));
    });
    tf.tidy(() => network.outputBias.variable.assign(tf.tensor1d(bias)));
  }
  const cut = Math.log(options.threshold / (1 - options.threshold));
  const lowest = options.undecided === "lowest" ? 1 : 0;
  return {
    weights: network.weights,
    minimumBatchSize: network.minimumBatchSize,
    step: ({ tensors: { image, truth } }, mode) =>
      tf.tidy(() => {
        const logits = network.logits(image, mode);
        const answers = tf.cast(truth, "float32");
        const yes = tf.maximum(tf.sum(tf.cast(tf.greater(logits, cut), "float32"), -1), lowest);
        const correct = tf.equal(yes, tf.sum(answers, -1));
        return {
          loss: binaryCrossEntropyFromLogits(answers, logits, options.classWeights ?? undefined),
          metrics: { accuracy: tf.mean<tf.Scalar>(tf.cast(correct, "float32")) },
        };
      }),
    predict: (images) => tf.tidy(() => tf.sigmoid(network.logits(images, { training: false }))),
    dispose: () => network.dispose(),
  };
}
