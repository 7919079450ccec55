import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients } from "@ssl3d/core";
import { testTask } from "@ssl3d/testing";
import { cpc } from "./cpc.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the contract of tasks", () => {
  const options = { codeSize: 8, contextSize: 6 };
  for (const check of testTask(cpc, { options, side: 32, channels: 1 })) it(check.name, () => check.run());
});
