import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import { testEncoder } from "@ssl3d/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, it } from "vitest";
import { defineEncoder2d } from "./encoders.js";
import { densenet } from "./networks/densenet.js";
import { inceptionResnetV2 } from "./networks/inception-resnet-v2.js";
import { inceptionV3 } from "./networks/inception-v3.js";
import { resnet, resnetStages } from "./networks/resnet.js";
import { narrow } from "./networks/narrow.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe.each([
  ["resnet", narrow(resnet({ version: 1, stages: resnetStages(1, 1, 2, 1) }), 1 / 16)],
  ["resnet version 2", narrow(resnet({ version: 2, stages: resnetStages(2, 3, 2, 2) }), 1 / 16)],
  ["densenet", narrow(densenet({ blocks: [1, 2, 1, 1], growth: 4 }), 1 / 4)],
  ["inception", narrow(inceptionV3("same"), 1 / 16)],
  ["inception resnet", narrow(inceptionResnetV2("same"), 1 / 16)],
] as const)("the contract of encoders: %s", (name, graph) => {
  const plugin = defineEncoder2d(name, "A small one", "arXiv:2006.03829", () => graph);
  for (const check of testEncoder(plugin)) it(check.name, () => check.run());
});

describe.each(["max", "average"])("the contract of encoders: global %s pooling", (pooling) => {
  const plugin = defineEncoder2d("small", "A small one", "arXiv:2006.03829", () => narrow(densenet({ blocks: [1, 1], growth: 4 }), 1 / 4));
  for (const check of testEncoder(plugin, { options: { pooling }, side: 32 })) it(check.name, () => check.run());
});
