import "@tensorflow/tfjs-backend-cpu";
import { registerGradients, validate } from "@ssl3d/core";
import { rpl, rplOptions } from "@ssl3d/task-rpl";
import { testTask } from "@ssl3d/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { as2d } from "./as-2d.js";
import { cpc2d, exemplar2d, jigsaw2d, rotation2d, rpl2d } from "./tasks.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerGradients();
});

describe("the tasks on images", () => {
  it("have the original's 2D settings, and take others", () => {
    expect(validate(jigsaw2d.options, {}, "options")).toMatchObject({ patchesPerSide: 3, patchJitter: 8, permutations: 100 });
    expect(validate(rpl2d.options, { patchJitter: 2 }, "options")).toMatchObject({ patchesPerSide: 3, patchJitter: 2 });
    expect(validate(cpc2d.options, {}, "options")).toMatchObject({ patchesPerSide: 5, patchCrop: 11 / 12, patchFlip: 0 });
    for (const task of [cpc2d, exemplar2d, jigsaw2d, rotation2d, rpl2d]) expect(task.ranks).toEqual([2]);
  });

  it("refuse options that the task does not have", () => {
    expect(() => validate(rotation2d.options, { width: [3] }, "options")).toThrow("width");
    expect(() => as2d(rpl, "other", rplOptions, { colour: 1 } as never)).toThrow('no option "colour"');
  });
});

describe("the contract of tasks: rotation-2d", () => {
  for (const check of testTask(rotation2d, { options: { widths: [16] }, side: 8 })) it(check.name, () => check.run());
});
describe("the contract of tasks: rpl-2d", () => {
  for (const check of testTask(rpl2d, { options: { widths: [16], patchesPerSide: 2, patchJitter: 0 }, side: 16 })) it(check.name, () => check.run());
});
