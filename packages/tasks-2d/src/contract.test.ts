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

describe.each([
  ["densenet", encoders.densenetEncoder as EncoderPlugin, { blocks: [1, 2, 1], growth: 3, stem: 5 }],
  ["resnet", encoders.resnetEncoder as EncoderPlugin, { stem: 3, stages: [{ filters: 2, blocks: 1 }, { filters: 3, blocks: 2 }] }],
  ["resnet, version 2", encoders.resnetEncoder as EncoderPlugin, { version: 2, stem: 3, stages: [{ filters: 2, blocks: 2 }, { filters: 3, blocks: 1 }], pooling: "max" }],
])("the contract of encoders of any depth: %s", (_, plugin, options) => {
  for (const check of testEncoder(plugin, { options })) it(check.name, () => check.run());
});

describe("encoders of any depth", () => {
  const weightsOf = (plugin: EncoderPlugin, written: object): string[] => {
    const encoder = plugin.build({ rank: 2, channels: 3, options: validate(plugin.options, written, "options"), random: createRandom(1) });
    const names = encoder.weights.map(({ name, variable }) => `${name} ${variable.shape.join("x")}`);
    encoder.dispose();
    return names;
  };
  const width = 1 / 8;

  it("are the published ones with their structure, and those by default", () => {
    const { densenetEncoder, resnetEncoder, densenet121, resnet50, resnet50v2 } = encoders;
    expect(weightsOf(densenetEncoder as EncoderPlugin, { width })).toEqual(weightsOf(densenet121 as EncoderPlugin, { width }));
    expect(weightsOf(resnetEncoder as EncoderPlugin, { width })).toEqual(weightsOf(resnet50 as EncoderPlugin, { width }));
    expect(weightsOf(resnetEncoder as EncoderPlugin, { version: 2, width })).toEqual(weightsOf(resnet50v2 as EncoderPlugin, { width }));
  });

  it("refuse images that they would shrink to nothing", () => {
    const build = (blocks: number[]) => encoders.densenetEncoder.build({ rank: 2, channels: 1, options: { blocks, growth: 2, stem: 2, pooling: "none", width: 1 }, random: createRandom(1) });
    const [shallow, deep] = [build([1]), build([1, 1, 1, 1, 1])];
    expect(shallow.outputSize!([4, 5])).toEqual([1, 2]);
    expect(() => deep.outputSize!([63, 80])).toThrow("at least 64 voxels");
    for (const encoder of [shallow, deep]) encoder.dispose();
  });
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
