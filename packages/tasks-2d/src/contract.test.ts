import "@tensorflow/tfjs-backend-cpu";
import { createRandom, registerGradients, validate, type EncoderPlugin } from "@ssl3d/core";
import { testEncoder } from "@ssl3d/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import * as encoders from "./encoders.js";
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
  const plugin = encoders.defineEncoder2d(name, "A small one", "arXiv:2006.03829", () => graph);
  for (const check of testEncoder(plugin)) it(check.name, () => check.run());
});

describe.each(["max", "average"])("the contract of encoders: global %s pooling", (pooling) => {
  const plugin = encoders.defineEncoder2d("small", "A small one", "arXiv:2006.03829", () => narrow(densenet({ blocks: [1, 1], growth: 4 }), 1 / 4));
  for (const check of testEncoder(plugin, { options: { pooling }, side: 32 })) it(check.name, () => check.run());
});

/** Every published encoder with the options that change sizes; channels do not, so there are few. */
const published = Object.values(encoders)
  .filter((value) => typeof value !== "function")
  .flatMap((plugin): [name: string, plugin: EncoderPlugin, options: object][] => {
    const build = plugin as EncoderPlugin;
    const paddings = plugin.name.startsWith("inception") ? [{ padding: "valid" }, { padding: "same" }] : [{}];
    return paddings.map((padding) => [`${plugin.name} ${JSON.stringify(padding)}`, build, { width: 1 / 64, ...padding }]);
  });

describe("the output's size without computing it", () => {
  it.each(published)("%s", (_, plugin, written) => {
    const options = validate(plugin.options, written, "options");
    const encoder = plugin.build({ rank: 2, channels: 1, options, random: createRandom(1) });
    for (const size of [[75, 96], [97, 111], [127, 84]]) {
      const output = tf.tidy(() => encoder.forward(tf.zeros([1, ...size, 1]), { training: false }).output);
      expect(encoder.outputSize!(size)).toEqual(output.shape.slice(1, -1));
    }
    expect(() => encoder.outputSize!([31, 100])).toThrow("at least");
    encoder.dispose();
    const pooling = plugin.build({ rank: 2, channels: 1, options: { ...(options as object), pooling: "max" }, random: createRandom(1) });
    expect(pooling.outputSize!([96, 96])).toEqual([]);
    pooling.dispose();
  });
});
