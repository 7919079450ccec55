// The contract suites over every task, head and encoder that the command's packages register.
import { createRegistry, type EncoderPlugin, type HeadPlugin, type LabelledCase, type Rank, type TaskPlugin } from "@ssl3d/core";
import { wasm } from "@ssl3d/backend-wasm";
import { discoverPlugins, loadPlugin } from "@ssl3d/node";
import { rotation } from "@ssl3d/task-rotation";
import {
  createPhantom,
  testEncoder,
  testHead,
  testTask,
  type Check,
  type EncoderTestSettings,
  type HeadTestSettings,
  type TaskTestSettings,
} from "@ssl3d/testing";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";

declare module "@ssl3d/core" {
  interface Registered {
    "task/rotation": typeof rotation;
  }
}

const narrow = { widths: [32], dropout: 0 };
/** Patches that cpc reads and patches that it compares with its prediction, of images of 32 voxels a side. */
const pairs = (rank: Rank): number[][] => (rank === 3 ? [[10, 8, 8, 8, 1], [2, 8, 8, 8, 1]] : [[4, 10, 10, 1], [2, 10, 10, 1]]);
/** Options that keep a suite small, and how fast a task must learn. What is not listed runs with its defaults. */
const tasks: Readonly<Record<string, TaskTestSettings>> = {
  rotation: { options: narrow, learning: { chance: { 2: Math.log(4), 3: Math.log(10) }, steps: 60 } },
  jigsaw: { options: { ...narrow, patchesPerSide: 2, patchJitter: 0, permutations: 4 }, learning: { chance: Math.log(4), steps: 60 } },
  rpl: { options: { ...narrow, patchesPerSide: 2, patchJitter: 0 }, learning: { chance: { 2: Math.log(3), 3: Math.log(7) }, steps: 60 } },
  masked: { options: { blockSize: 4 }, learning: { chance: 1, steps: 80, learningRate: 0.02 } },
  cpc: { options: { codeSize: 8, contextSize: 6 }, side: 32, channels: 1, inputs: pairs, learning: { chance: { 2: Math.log(4 * 25), 3: Math.log(4 * 64) }, steps: 60, batchSize: 4, below: 0.8 } },
  exemplar: { inputs: (rank) => [[3, ...new Array<number>(rank).fill(16), 2]], options: { codeSize: 16, augmentation3d: { rotationProbability: 0, zoomProbability: 0, intensityProbability: 0 } }, learning: { chance: 1, steps: 120, below: 0.8, learningRate: 0.005 } },
};
/** Phantoms of one to three shells; the class is their number. */
const shells = (rank: Rank, index: number): LabelledCase => ({
  ...createPhantom({ rank, side: 16, channels: 2, seed: index, labels: [1, 2, 3].slice(0, (index % 3) + 1) }),
  truth: index % 3,
});
const classes = { options: { classes: 3, widths: [16], dropout: 0 }, labelled: shells };
const heads: Readonly<Record<string, HeadTestSettings>> = {
  segmentation: { options: { labelValues: [0, 1, 2, 3] }, learning: { chance: 1 + Math.log(4), steps: 40, batchSize: 4 } },
  classification: { ...classes, learning: { chance: Math.log(3), steps: 40, learningRate: 0.01 } },
  regression: { options: { widths: [16], dropout: 0 }, labelled: shells, learning: { chance: 2 / 3, steps: 40, learningRate: 0.01 } },
  grading: { ...classes, independent: true, learning: { chance: Math.LN2, steps: 80, learningRate: 0.01, below: 0.8 } },
};
const encoders: Readonly<Record<string, EncoderTestSettings>> = {
  unet: { options: { filters: 2, levels: 2, dropout: 0 }, learning: { steps: 40 } },
  residual: { options: { filters: [2, 4, 6], blocks: [1, 1, 1] }, learning: { steps: 40 } },
};

/** The networks of Keras have millions of weights: their package holds narrow ones to the suite, here their options are. */
const isLarge = (name: string): boolean => /^(densenet|resnet|inception)/.test(name);

const command = fileURLToPath(new URL("../packages/cli", import.meta.url));
const discovery = await discoverPlugins({ cwd: command, bundled: [command] });
const loaded = await Promise.all(discovery.plugins.filter(({ kind }) => kind !== "backend").map((found) => loadPlugin(found)));
const registry = createRegistry(loaded.map((part) => ({ plugin: part.plugin, owner: part.package })));

function suiteOf(plugin: TaskPlugin | HeadPlugin | EncoderPlugin): Check[] {
  switch (plugin.kind) {
    case "task":
      // the 2D variants have their task's options
      return testTask(plugin, tasks[plugin.name.replace(/-2d$/, "")]);
    case "head":
      return testHead(plugin, heads[plugin.name]);
    case "encoder":
      return testEncoder(plugin, encoders[plugin.name]).slice(0, isLarge(plugin.name) ? 1 : undefined);
    default:
      return plugin satisfies never;
  }
}

beforeAll(async () => {
  await wasm.activate({});
});

it("finds every package that brings plugins", () => {
  expect(discovery.errors).toEqual([]);
  expect(registry.list("task").map(({ name }) => name)).toEqual(expect.arrayContaining(["rotation", "masked", "rpl"]));
  for (const name of Object.keys({ ...tasks, ...heads, ...encoders })) expect(registry.list().map((plugin) => plugin.name)).toContain(name);
});

const suites = registry.list().filter((plugin) => plugin.kind === "task" || plugin.kind === "head" || plugin.kind === "encoder");
describe.each(suites.map((plugin) => [`${plugin.kind}/${plugin.name}`, plugin] as const))("%s", (_, plugin) => {
  for (const { name, run } of suiteOf(plugin)) it(name, run);
});

describe("names registered by augmentation", () => {
  it("have their plugin's own type", () => {
    expectTypeOf(registry.get("task", "rotation")).toEqualTypeOf(rotation);
    expect(registry.get("task", "rotation")).toBe(rotation);
  });
});
