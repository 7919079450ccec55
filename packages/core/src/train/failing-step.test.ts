import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckpointStore } from "../checkpoint/store.js";
import { MemoryCheckpointStore } from "../checkpoint/memory-store.js";
import type { Trainable } from "../contract/network.js";
import { createRandom } from "../random.js";
import { toyBatches, toyNetworks, toyOptions, valuesOf, type ToyExample } from "./toy-network.js";
import { train } from "./train.js";

beforeAll(() => tf.setBackend("cpu"));

const OPTIONS = { steps: 5, learningRate: 0.05 };

/** Trains until the end, or an error that `failAt` makes in the forward pass of that step. */
async function run(checkpoints: CheckpointStore, settings: { failAt?: number; resume?: boolean } = {}) {
  const { encoder, trainable, dispose } = toyNetworks();
  const before = tf.memory().numTensors;
  let step = settings.resume === true ? 2 : 0;
  const failing: Trainable<ToyExample> = {
    weights: trainable.weights,
    step: (batch, mode) => {
      const result = trainable.step(batch, mode);
      if (++step === settings.failAt) throw new RangeError("no memory left");
      return result;
    },
    dispose: () => undefined,
  };
  const request = { encoder, trainable: failing, batches: toyBatches(2), options: toyOptions(OPTIONS), random: createRandom(1), checkpoints };
  const outcome: unknown = await train({ ...request, resume: settings.resume ?? false }).catch((error: unknown) => error);
  expect(tf.memory().numTensors).toBe(before);
  const weights = { encoder: valuesOf(encoder.weights), head: valuesOf(trainable.weights) };
  dispose();
  return { outcome, weights };
}

describe("a step that throws", () => {
  it("ends the run with its error, and leaves a checkpoint from which the run goes on as if nothing had been", async () => {
    const whole = await run(new MemoryCheckpointStore());
    const checkpoints = new MemoryCheckpointStore();
    const failed = await run(checkpoints, { failAt: 3 });
    expect(failed.outcome).toEqual(new RangeError("no memory left"));
    expect((await checkpoints.loadLatest())?.checkpoint.state.step).toBe(2);
    const resumed = await run(checkpoints, { resume: true });
    expect(resumed.weights).toEqual(whole.weights);
  });

  it("saves nothing where no step was finished", async () => {
    const checkpoints = new MemoryCheckpointStore();
    await run(checkpoints, { failAt: 1 });
    expect(await checkpoints.loadLatest()).toBeUndefined();
  });

  it("saves nothing where it stops between the updates of two weights", async () => {
    const checkpoints = new MemoryCheckpointStore();
    const { encoder, trainable, dispose } = toyNetworks();
    const [last] = trainable.weights.slice(-1).map(({ variable }) => variable);
    const assign = last!.assign.bind(last);
    let updates = 0;
    last!.assign = (value) => {
      if (++updates === 3) throw new RangeError("no memory left");
      assign(value);
    };
    const request = { encoder, trainable, batches: toyBatches(2), options: toyOptions(OPTIONS), random: createRandom(1), checkpoints };
    await expect(train(request)).rejects.toThrow("no memory left");
    expect(await checkpoints.loadLatest()).toBeUndefined();
    dispose();
  });

  it("tells its own error where the checkpoint cannot be saved either", async () => {
    const full: CheckpointStore = { loadLatest: () => Promise.resolve(undefined), save: () => Promise.reject(new Error("the disk is full")) };
    const { outcome } = await run(full, { failAt: 3 });
    expect(outcome).toEqual(new RangeError("no memory left"));
  });
});
