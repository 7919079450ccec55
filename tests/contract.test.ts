// The contract suites over every first-party task, head and encoder.
import "@tensorflow/tfjs-backend-cpu";
import { createRegistry, registerGradients, type Registry } from "@ssl3d/core";
import { segmentation } from "@ssl3d/heads";
import { residualEncoder, unetEncoder } from "@ssl3d/nn";
import { rotation } from "@ssl3d/task-rotation";
import { testEncoder, testHead, testTask, type Check } from "@ssl3d/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";

declare module "@ssl3d/core" {
  interface Registered {
    "task/rotation": typeof rotation;
  }
}

const registry: Registry = createRegistry([rotation, segmentation, unetEncoder, residualEncoder]);

/** The suite of each plugin, with options that keep it small. */
const suites: Readonly<Record<string, () => Check[]>> = {
  "task/rotation": () => testTask(rotation, { options: { widths: [16, 8] }, side: 8 }),
  "head/segmentation": () => testHead(segmentation, { options: { labelValues: [0, 1, 2, 3] }, side: 8 }),
  "encoder/unet": () => testEncoder(unetEncoder, { options: { filters: 2, levels: 2 } }),
  "encoder/residual": () => testEncoder(residualEncoder, { options: { filters: [2, 4, 6], blocks: [1, 1, 1] } }),
};

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe.each(registry.list().map((plugin) => `${plugin.kind}/${plugin.name}`))("%s", (name) => {
  const suite = suites[name];
  if (suite === undefined) throw new Error(`${name} has no contract suite here`);
  for (const { name: check, run } of suite()) it(check, run);
});

describe("names registered by augmentation", () => {
  it("have their plugin's own type", () => {
    expectTypeOf(registry.get("task", "rotation")).toEqualTypeOf(rotation);
    expect(registry.get("task", "rotation")).toBe(rotation);
  });
});
