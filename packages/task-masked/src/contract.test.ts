import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients } from "@ssl3d/core";
import { testTask } from "@ssl3d/testing";
import { masked } from "./masked.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the contract of tasks", () => {
  for (const check of testTask(masked, { options: { blockSize: 4 }, side: 8 })) it(check.name, () => check.run());
});
