import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, it } from "vitest";
import { registerGradients } from "@ssl3d/core";
import { testHead } from "@ssl3d/testing";
import { segmentation } from "./segmentation.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the contract of heads", () => {
  const options = { labelValues: [0, 1, 2, 3] };
  for (const check of testHead(segmentation, { options, side: 8 })) it(check.name, () => check.run());
});
