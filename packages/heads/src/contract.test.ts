import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients, type LabelledCase, type Rank } from "@ssl3d/core";
import { createPhantom, testHead } from "@ssl3d/testing";
import { classification } from "./classification.js";
import { grading } from "./grading.js";
import { regression } from "./regression.js";
import { segmentation } from "./segmentation.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

/** Phantoms whose truth is a class. */
const classified = (rank: Rank, seed: number): LabelledCase => ({ ...createPhantom({ rank, side: 8, channels: 2, seed }), truth: seed % 3 });

describe.each(["dice-cross-entropy", "focal"])("the contract of heads: segmentation with %s", (loss) => {
  const options = { labelValues: [0, 1, 2, 3], loss, scores: ["dice", "jaccard", "nsd", "hd95"] };
  for (const check of testHead(segmentation, { options, side: 8 })) it(check.name, () => check.run());
});

describe.each([
  { features: "average" },
  { features: "max", architecture: "plain", widths: [6, 5] },
  { features: "flatten", architecture: "big_fully", widths: [6], dropout: 0.2 },
])("the contract of heads: classification with %j", (options) => {
  const settings = { options: { classes: 3, ...options }, side: 8, labelled: classified };
  for (const check of testHead(classification, settings)) it(check.name, () => check.run());
});

describe("the contract of heads: grading", () => {
  const settings = { options: { classes: 3, widths: [6] }, side: 8, labelled: classified, independent: true };
  for (const check of testHead(grading, settings)) it(check.name, () => check.run());
});

describe.each([{}, { outputs: 2, activation: "relu", architecture: "big_fully", widths: [6], batchNorm: false }])("the contract of heads: regression with %j", (options) => {
  const truth = (seed: number): number | number[] => (options.outputs === 2 ? [seed + 1, 10] : seed + 0.5);
  const settings = { options, side: 8, labelled: (rank: Rank, seed: number) => ({ ...classified(rank, seed), truth: truth(seed) }) };
  for (const check of testHead(regression, settings)) it(check.name, () => check.run());
});
