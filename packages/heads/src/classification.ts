import * as tf from "@tensorflow/tfjs-core";
import { accuracy, balancedAccuracy, confusionMatrix, defineHead, EPSILON, macroAreaUnderRoc, type Head, type HeadPlugin, type HeadRequest } from "@ssl3d/core";
import { classificationOptions, type ClassificationOptions } from "./classification-options.js";
import { createImageNetwork, makeImageExample, type ImageExample } from "./image-head.js";
import { namesOfClasses } from "./image-head-options.js";
import { lossSettings } from "./loss-options.js";
import { LOSSES } from "./losses.js";
import { mostProbable } from "./predict-volume.js";
import { classOfTruth, shareOfClasses } from "./truth-classes.js";

/** A share of 0 would be an infinite bias. */
const LEAST_SHARE = 1e-3;

/** Gives every image one of several classes that exclude each other. */
export const classification: HeadPlugin<"classification", ClassificationOptions, ImageExample> = defineHead({
  name: "classification",
  summary: "Gives every image one of several classes: pooled features and fully connected layers",
  ranks: [2, 3],
  predicts: "image",
  options: classificationOptions,
  example: (labelled, options, random): ImageExample => {
    const label = classOfTruth(labelled.truth, options.classes, labelled.image.id);
    const answers = Uint8Array.from({ length: options.classes }, (_, c) => (c === label ? 1 : 0));
    return makeImageExample(labelled, answers, options, random);
  },
  build: buildClassifier,
  score: (probabilities, truth, { classes }) => {
    const label = classOfTruth(truth, classes);
    const share = Math.max(probabilities.data[label]!, EPSILON);
    return { accuracy: mostProbable(probabilities)[0] === label ? 1 : 0, logLoss: -Math.log(share) };
  },
  summarise: (cases, options) => {
    const truths = cases.map(({ truth }) => classOfTruth(truth, options.classes));
    const found = cases.map(({ probabilities }) => mostProbable(probabilities)[0]!);
    const counts = confusionMatrix(truths, found, options.classes);
    const shares = cases.flatMap(({ probabilities }) => [...probabilities.data]);
    return {
      scores: {
        accuracy: cases.length === 0 ? null : accuracy(truths, found),
        balancedAccuracy: balancedAccuracy(counts),
        auroc: macroAreaUnderRoc(truths, shares, options.classes),
      },
      confusion: { classes: namesOfClasses(options), counts },
    };
  },
  decide: (probabilities, options) => {
    const label = mostProbable(probabilities)[0]!;
    return { label, name: namesOfClasses(options)[label]! };
  },
  classPrior: (truths, { classes }) => shareOfClasses(truths.map((truth) => classOfTruth(truth, classes)), classes),
});

function buildClassifier(request: HeadRequest<ClassificationOptions>): Head<ImageExample> {
  const { options, classPrior } = request;
  const network = createImageNetwork(request, options.classes);
  if (classPrior !== undefined) {
    const bias = classPrior.map((share) => Math.log(Math.max(share, LEAST_SHARE)));
    tf.tidy(() => network.outputBias.variable.assign(tf.tensor1d(bias)));
  }
  const lossOf = LOSSES[options.loss];
  const settings = lossSettings(options);
  return {
    weights: network.weights,
    minimumBatchSize: network.minimumBatchSize,
    step: ({ tensors: { image, truth } }, mode) =>
      tf.tidy(() => {
        const logits = network.logits(image, mode);
        const correct = tf.equal(tf.argMax(logits, -1), tf.argMax(truth, -1));
        return {
          loss: lossOf(tf.cast(truth, "float32"), logits, settings).loss,
          metrics: { accuracy: tf.mean<tf.Scalar>(tf.cast(correct, "float32")) },
        };
      }),
    predict: (images) => tf.tidy(() => tf.softmax(network.logits(images, { training: false }))),
    dispose: () => network.dispose(),
  };
}
