import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients } from "@ssl3d/core";
import { testTask } from "@ssl3d/testing";
import { rpl } from "./rpl.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the contract of tasks", () => {
  for (const check of testTask(rpl, { options: { widths: [16], patchesPerSide: 2, patchJitter: 1 }, side: 18 })) it(check.name, () => check.run());
});
