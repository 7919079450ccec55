import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients, type Rank } from "@ssl3d/core";
import { testTask } from "@ssl3d/testing";
import { exemplar } from "./exemplar.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe.each([
  ["shared projection, negatives from the batch", { codeSize: 8 }],
  ["separate projections, negatives from the data set", { codeSize: 8, projection: "separate", negatives: "dataset", interpolation: "cubic" }],
])("the contract of tasks: %s", (_, options) => {
  const inputs = (rank: Rank): number[][] => [[3, ...new Array<number>(rank).fill(8), 2]];
  for (const check of testTask(exemplar, { options, side: 8, inputs })) it(check.name, () => check.run());
});
