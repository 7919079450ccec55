import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { cpu } from "../engine/cpu.js";
import { exemplarWorkload } from "./exemplar-workload.js";
import { patchClassifierWorkload } from "./patch-classifier-workload.js";
import { predictiveCodingWorkload } from "./predictive-coding-workload.js";
import { unetWorkload } from "./unet-workload.js";
import { findWorkload, WORKLOADS } from "./workloads.js";

beforeAll(async () => {
  await cpu.activate({});
});

/**
 * Operations and trained values of the same networks as tools/peers builds them: PyTorch 2.13's own count
 * (torch.utils.flop_counter) and its parameters. For the GRU PyTorch skips the gradient of the initial state, which we count.
 */
const COUNTED = [
  { plan: unetWorkload({ size: 32, batch: 2, filters: 16 }), operations: 22344105984, parameters: 5647908 },
  { plan: patchClassifierWorkload({ name: "w", patches: 2, side: 39, classes: 26, batch: 2 }), operations: 21546546432, parameters: 6717034 },
  {
    plan: predictiveCodingWorkload({ name: "w", side: 32, contextTerms: 3, predictionTerms: 2, batch: 2 }),
    operations: 33322696704 + 2 * 2 * 256 * 768,
    parameters: 5309520,
  },
  { plan: exemplarWorkload({ name: "w", side: 32, batch: 1 }), operations: 9984540672, parameters: 4324944 },
];

describe("workloads", () => {
  it.each(COUNTED)("count the operations and weights of $plan.network.name as PyTorch does", ({ plan, operations, parameters }) => {
    const before = tf.memory().numTensors;
    const workload = plan.build();
    expect(workload).toMatchObject({ operations, parameters });
    workload.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("train without leaving tensors behind", () => {
    const before = tf.memory().numTensors;
    const workload = unetWorkload({ size: 16, batch: 1, filters: 1 }).build();
    workload.run();
    const during = tf.memory().numTensors;
    workload.run();
    expect(tf.memory().numTensors).toBe(during);
    workload.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("have names of their own, by which they are found", () => {
    expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(WORKLOADS.length);
    expect(findWorkload("unet-128").network).toMatchObject({ size: 128, batch: 1 });
    expect(() => findWorkload("unet-65")).toThrow("unet-64");
  });
});
