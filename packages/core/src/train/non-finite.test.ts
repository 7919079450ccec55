import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { MemoryCheckpointStore } from "../checkpoint/memory-store.js";
import type { Trainable } from "../contract/network.js";
import { isSsl3dError, type Ssl3dError } from "../errors.js";
import { createRandom } from "../random.js";
import type { TrainingRequest } from "./request.js";
import { toyBatches, toyNetworks, toyOptions, valuesOf, type ToyExample, type ToyTask } from "./toy-network.js";
import { train } from "./train.js";

beforeAll(() => tf.setBackend("cpu"));

/** Runs into the error, and returns it with the weights before the failing step (number 3, batches of 2) and after it. */
async function fail(
  request: Partial<TrainingRequest<ToyExample>>,
  wrap: (task: ToyTask) => Trainable<ToyExample> = (task) => task
) {
  const { encoder, trainable, dispose } = toyNetworks(0);
  const state = () => ({ encoder: valuesOf(encoder.weights), head: valuesOf(trainable.weights) });
  const before = tf.memory().numTensors;
  let good = state();
  let error: unknown;
  try {
    await train({
      encoder,
      trainable: wrap(trainable),
      batches: toyBatches(2),
      options: toyOptions({ steps: 5, checkpointEvery: 1 }),
      random: createRandom(1),
      ...request,
      onEvent: ({ type }) => type === "step" && (good = state()),
    });
  } catch (caught) {
    error = caught;
  }
  const after = state();
  expect(tf.memory().numTensors).toBe(before);
  dispose();
  expect(isSsl3dError(error)).toBe(true);
  return { error: error as Ssl3dError, good, after };
}

describe("a step that is not finite", () => {
  it("stops on a NaN voxel, names step, cases and checkpoint, and leaves weights and statistics as they were", async () => {
    const batches = toyBatches(2, (voxels, number) => number === 5 && (voxels[2] = NaN));
    const { error, good, after } = await fail({ batches, checkpoints: new MemoryCheckpointStore() });
    expect(error.code).toBe("SSL3D_TRAINING_NOT_FINITE");
    expect(error.facts).toEqual({ step: 3, caseIds: ["case-4", "case-5"], checkpoint: "memory:step-2" });
    expect(error.message).toContain('In step 3 the loss is NaN; the batch holds the cases "case-4", "case-5"');
    expect(error.message).toContain("the last good checkpoint is memory:step-2");
    expect(after).toEqual(good);
  });

  it("names the batch at fault among those accumulated", async () => {
    const batches = toyBatches(2, (voxels, number) => number === 10 && (voxels[0] = Infinity));
    const task = (toy: ToyTask): Trainable<ToyExample> => ({
      weights: toy.weights,
      // tanh would hide the infinity
      step: (batch, mode) => ({ loss: tf.add(toy.step(batch, mode).loss, tf.sum(batch.tensors.image)), metrics: {} }),
      dispose: () => undefined,
    });
    const options = toyOptions({ steps: 5, gradientAccumulation: 2 });
    const { error, good, after } = await fail({ batches, options }, task);
    expect(error.facts).toEqual({ step: 3, caseIds: ["case-10", "case-11"], checkpoint: undefined });
    expect(error.message).toContain("no checkpoint was saved before it");
    expect(after).toEqual(good);
  });

  it("stops on infinite gradients of a finite loss", async () => {
    let calls = 0;
    const task = (toy: ToyTask): Trainable<ToyExample> => ({
      weights: toy.weights,
      step: (batch, mode) => {
        const { loss } = toy.step(batch, mode);
        // the square root of 0 has an infinite slope
        const bias = toy.weights[1]!.variable;
        return { loss: calls++ === 2 ? tf.add(loss, tf.sqrt(tf.sum(tf.mul(bias, 0)))) : loss, metrics: {} };
      },
      dispose: () => undefined,
    });
    const { error, good, after } = await fail({}, task);
    expect(error.message).toContain("but its gradients are not finite");
    expect(error.facts["step"]).toBe(3);
    expect(after).toEqual(good);
  });
});
