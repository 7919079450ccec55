import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { MemoryCheckpointStore } from "../checkpoint/memory-store.js";
import type { CheckpointStore } from "../checkpoint/store.js";
import { createRandom } from "../random.js";
import type { BatchSource } from "./batch.js";
import type { TrainingEvent } from "./events.js";
import type { TrainingInput } from "./options.js";
import type { TrainingRequest, TrainingResult } from "./request.js";
import { toyBatches, toyNetworks, toyOptions, valuesOf, type ToyExample } from "./toy-network.js";
import { train } from "./train.js";

/** All that makes a run's state: dropout, moving statistics, two phases, accumulation, schedule, validation. */
const OPTIONS: TrainingInput = {
  steps: 12,
  gradientAccumulation: 2,
  learningRate: 0.05,
  schedule: { name: "cosine" },
  warmupSteps: 3,
  freezeEncoder: 5,
  encoderLearningRateScale: 0.5,
  validateEvery: 4,
  clipNorm: 1,
};

interface Run {
  readonly result: TrainingResult;
  /** Steps and validations without their times. */
  readonly log: readonly unknown[];
  readonly weights: unknown;
}

async function run(request: Partial<TrainingRequest<ToyExample>> & { input?: TrainingInput }): Promise<Run> {
  const networks = toyNetworks();
  const log: unknown[] = [];
  const { input = {}, ...rest } = request;
  const result = await train({
    ...networks,
    batches: toyBatches(3),
    validation: { batches: toyBatches(4), count: 2 },
    options: toyOptions({ ...OPTIONS, ...input }),
    random: createRandom(7),
    ...rest,
    onEvent: (event) => {
      if (event.type === "step" || event.type === "validation") {
        log.push({ ...event, seconds: undefined, waitedSeconds: undefined });
      }
      rest.onEvent?.(event);
    },
  });
  const weights = { encoder: valuesOf(networks.encoder.weights), head: valuesOf(networks.trainable.weights) };
  networks.dispose();
  return { result, log, weights };
}

/** Stops a run at the first event that meets the condition. */
function stopAt(condition: (event: TrainingEvent) => boolean): Pick<TrainingRequest<ToyExample>, "signal" | "onEvent"> {
  const controller = new AbortController();
  return { signal: controller.signal, onEvent: (event) => condition(event) && controller.abort() };
}

beforeAll(() => tf.setBackend("cpu"));

describe("resuming", () => {
  for (const optimizer of [{ name: "adam" }, { name: "adamw" }, { name: "sgd" }] as const) {
    it(`equals the uninterrupted run bit for bit with ${optimizer.name}, wherever the run is stopped`, async () => {
      const whole = await run({ input: { optimizer } });
      expect(whole.log).toHaveLength(12 + 3);
      for (const stop of optimizer.name === "adam" ? [0, 1, 4, 5, 6, 11] : [3, 8]) {
        const checkpoints = new MemoryCheckpointStore();
        const first = await run({
          input: { optimizer },
          checkpoints,
          ...stopAt(({ type, step }) => (type === "step" || type === "start") && step === stop),
        });
        expect(first.result).toMatchObject({ outcome: "interrupted", step: stop, checkpoint: `memory:step-${stop}` });
        const second = await run({ input: { optimizer }, checkpoints, resume: true });
        expect(second.result).toMatchObject({ outcome: "completed", step: 12 });
        expect([...first.log, ...second.log]).toEqual(whole.log);
        expect(second.weights).toEqual(whole.weights);
      }
    });
  }

  it("goes on from a periodic checkpoint after a crash", async () => {
    const whole = await run({});
    const checkpoints = new MemoryCheckpointStore();
    const batches = toyBatches(3);
    let isOff = false;
    const crashing: BatchSource<ToyExample> = {
      batch: (index) => ((isOff = index === 16) ? Promise.reject(new Error("power cut")) : batches.batch(index)),
    };
    const store: CheckpointStore = {
      loadLatest: () => checkpoints.loadLatest(),
      save: (checkpoint) => (isOff ? Promise.reject(new Error("power cut")) : checkpoints.save(checkpoint)),
    };
    await expect(run({ checkpoints: store, batches: crashing, input: { checkpointEvery: 3 } })).rejects.toThrow("power cut");
    const second = await run({ checkpoints, resume: true, input: { checkpointEvery: 3 } });
    expect(second.log).toEqual(whole.log.slice(-second.log.length));
    expect(second.log).toHaveLength(6 + 2);
    expect(second.weights).toEqual(whole.weights);
  });

  it("stops at once, and whole, where the signal comes while it waits for the second batch of a step", async () => {
    const whole = await run({});
    const controller = new AbortController();
    const batches = toyBatches(3);
    const stalling: BatchSource<ToyExample> = {
      batch: (index) => {
        if (index !== 13) return batches.batch(index);
        setTimeout(() => controller.abort(), 5);
        return new Promise(() => undefined);
      },
    };
    const checkpoints = new MemoryCheckpointStore();
    const first = await run({ checkpoints, batches: stalling, signal: controller.signal });
    expect(first.result).toMatchObject({ outcome: "interrupted", step: 6 });
    const second = await run({ checkpoints, resume: true });
    expect([...first.log, ...second.log]).toEqual(whole.log);
    expect(second.weights).toEqual(whole.weights);
  });

  it("makes up for a validation that was interrupted, also the last one", async () => {
    const whole = await run({});
    for (const at of [4, 12]) {
      const checkpoints = new MemoryCheckpointStore();
      const controller = new AbortController();
      let step = 0;
      const batches = toyBatches(4);
      const stopping: BatchSource<ToyExample> = {
        batch: (index) => {
          if (step === at && index === 0) controller.abort();
          return batches.batch(index);
        },
      };
      const first = await run({
        checkpoints,
        validation: { batches: stopping, count: 2 },
        signal: controller.signal,
        onEvent: (event) => (step = event.step),
      });
      expect(first.result).toMatchObject({ outcome: "interrupted", step: at });
      const second = await run({ checkpoints, resume: true });
      expect([...first.log, ...second.log]).toEqual(whole.log);
      expect(second.weights).toEqual(whole.weights);
      expect((await run({ checkpoints, resume: true })).log).toEqual([]);
    }
  });

  it("starts afresh where there is no checkpoint yet, and has nothing to do where the run is complete", async () => {
    const checkpoints = new MemoryCheckpointStore();
    const first = await run({ checkpoints, resume: true });
    expect(first.result).toMatchObject({ outcome: "completed", step: 12 });
    const second = await run({ checkpoints, resume: true });
    expect(second.result).toMatchObject({ outcome: "completed", step: 12, checkpoint: "memory:step-12" });
    expect(second.log).toEqual([]);
    expect(second.weights).toEqual(first.weights);
  });

  it("can be given more steps, and trains on", async () => {
    const constant = { schedule: { name: "constant" } } as const;
    const whole = await run({ input: constant });
    const checkpoints = new MemoryCheckpointStore();
    await run({ checkpoints, input: { ...constant, steps: 8 } });
    expect((await run({ checkpoints, resume: true, input: constant })).weights).toEqual(whole.weights);
  });

  it("refuses a checkpoint of other settings and says which", async () => {
    const checkpoints = new MemoryCheckpointStore();
    const plugins = { task: "@ssl3d/task-toy:toy" };
    await run({ checkpoints, plugins, input: { steps: 2 } });
    const refused = (request: Parameters<typeof run>[0]) =>
      expect(run({ checkpoints, plugins, resume: true, ...request })).rejects;
    await refused({ input: { learningRate: 0.1 } }).toThrow(
      expect.objectContaining({
        code: "SSL3D_CHECKPOINT_OTHER_RUN",
        message: expect.stringContaining("learningRate was 0.05, now it is 0.1") as unknown,
      })
    );
    await refused({ random: createRandom(8) }).toThrow('the random stream was "7", now it is "8"');
    await refused({ plugins: { task: "other:toy" } }).toThrow("@ssl3d/task-toy:toy");
    await refused({ input: { optimizer: { name: "sgd" } } }).toThrow("optimizer was");
  });

  it("writes the same bytes for the same state", async () => {
    const [a, b] = [new MemoryCheckpointStore(), new MemoryCheckpointStore()];
    await run({ checkpoints: a, input: { steps: 3 } });
    await run({ checkpoints: b, input: { steps: 3 } });
    expect(a.files).toEqual(b.files);
  });

  it("leaks no tensors", async () => {
    const before = tf.memory().numTensors;
    const checkpoints = new MemoryCheckpointStore();
    await run({ checkpoints, ...stopAt((event) => event.step === 4) });
    await run({ checkpoints, resume: true });
    expect(tf.memory().numTensors).toBe(before);
  });
});
