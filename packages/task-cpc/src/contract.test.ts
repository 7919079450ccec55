import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients, type Rank } from "@ssl3d/core";
import { testTask } from "@ssl3d/testing";
import { cpc } from "./cpc.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the contract of tasks", () => {
  const options = { codeSize: 8, contextSize: 6 };
  /** Patches read and patches to compare with the prediction. */
  const inputs = (rank: Rank): number[][] => (rank === 3 ? [[10, 8, 8, 8, 1], [2, 8, 8, 8, 1]] : [[4, 10, 10, 1], [2, 10, 10, 1]]);
  for (const check of testTask(cpc, { options, side: 32, channels: 1, inputs })) it(check.name, () => check.run());
});
