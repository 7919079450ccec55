import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients } from "@ssl3d/core";
import { testTask } from "@ssl3d/testing";
import { jigsaw } from "./jigsaw.js";

const options = { widths: [16], patchesPerSide: 2, patchJitter: 1, permutations: 4 };

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the contract of tasks", () => {
  for (const check of testTask(jigsaw, { options, side: 18 })) it(check.name, () => check.run());
});
