import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../random.js";
import type { BatchSource } from "./batch.js";
import type { TrainingEvent } from "./events.js";
import type { TrainingInput } from "./options.js";
import type { TrainingRequest, TrainingResult } from "./request.js";
import { toyBatches, toyNetworks, toyOptions, valuesOf, type ToyExample } from "./toy-network.js";
import { train } from "./train.js";

interface Outcome {
  readonly result: TrainingResult;
  readonly events: readonly TrainingEvent[];
  readonly encoder: Record<string, number[]>;
  readonly head: Record<string, number[]>;
}

async function run(
  input: TrainingInput,
  { dropout, ...request }: Partial<TrainingRequest<ToyExample>> & { dropout?: number } = {}
): Promise<Outcome> {
  const networks = toyNetworks(dropout);
  const events: TrainingEvent[] = [];
  const result = await train({
    ...networks,
    batches: toyBatches(4),
    options: toyOptions(input),
    random: createRandom(1),
    ...request,
    onEvent: (event) => {
      events.push(event);
      request.onEvent?.(event);
    },
  });
  const [encoder, head] = [valuesOf(networks.encoder.weights), valuesOf(networks.trainable.weights)];
  networks.dispose();
  return { result, events, encoder, head };
}

const stepsOf = ({ events }: Outcome) => events.filter((event) => event.type === "step");

beforeAll(() => tf.setBackend("cpu"));

describe("train", () => {
  it("learns", async () => {
    const outcome = await run({ steps: 100, learningRate: 0.05 }, { dropout: 0 });
    const losses = stepsOf(outcome).map(({ loss }) => loss);
    expect(losses.slice(-10).every((loss) => loss < 0.05 * losses[0]!)).toBe(true);
    expect(outcome.result).toMatchObject({ outcome: "completed", step: 100, last: { loss: losses.at(-1) } });
  });

  it("refuses batches that teach the network nothing before the first event", async () => {
    const { encoder, trainable } = toyNetworks();
    Object.assign(trainable, { minimumBatchSize: 2 });
    const events: TrainingEvent[] = [];
    const small = run({ steps: 1, batchSize: 1 }, { encoder, trainable, onEvent: (event) => events.push(event) });
    await expect(small).rejects.toMatchObject({ code: "SSL3D_BATCH_TOO_SMALL", facts: { batchSize: 1, needed: 2 } });
    expect(events).toEqual([]);
    const enough = await run({ steps: 1, batchSize: 2 }, { encoder, trainable });
    expect(enough.result.step).toBe(1);
  });

  it("keeps the number of tensors", async () => {
    const counts: number[] = [];
    const before = tf.memory().numTensors;
    await run(
      {
        steps: 8,
        gradientAccumulation: 2,
        clipNorm: 1,
        clipValue: 1,
        clipGlobalNorm: 1,
        validateEvery: 1,
        freezeEncoder: 3,
      },
      {
        validation: { batches: toyBatches(2), count: 2 },
        onEvent: ({ type }) => type === "validation" && counts.push(tf.memory().numTensors),
      }
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(new Set(counts.slice(0, 3)).size).toBe(1);
    expect(new Set(counts.slice(3)).size).toBe(1);
  });

  it("accumulates gradients to those of the bigger batch", async () => {
    const halves = await run({ steps: 5, gradientAccumulation: 2, clipGlobalNorm: 0.5 }, { dropout: 0 });
    const whole = await run({ steps: 5, clipGlobalNorm: 0.5 }, { dropout: 0, batches: toyBatches(8) });
    stepsOf(halves).forEach((step, index) => {
      expect(step.loss).toBeCloseTo(stepsOf(whole)[index]!.loss, 5);
      expect(step.metrics["error"]).toBeCloseTo(stepsOf(whole)[index]!.metrics["error"]!, 5);
    });
    whole.encoder["kernel"]!.forEach((value, index) => expect(halves.encoder["kernel"]![index]).toBeCloseTo(value, 5));
    expect(halves.encoder["kernel"]).not.toEqual((await run({ steps: 5 }, { dropout: 0 })).encoder["kernel"]);
  });

  it("weighs batches of unequal size by their examples", async () => {
    const [two, six] = [toyBatches(2), toyBatches(6)];
    const uneven: BatchSource<ToyExample> = { batch: (index) => (index === 0 ? two.batch(0) : six.batch(1)) };
    const joined: BatchSource<ToyExample> = {
      batch: async () => {
        const [a, b] = [await two.batch(0), await six.batch(1)];
        const join = (name: "image" | "target") => ({
          data: Float32Array.from([...a.arrays[name].data, ...b.arrays[name].data]),
          shape: [8, ...a.arrays[name].shape.slice(1)],
        });
        return {
          arrays: { image: join("image"), target: join("target") },
          caseIds: [...a.caseIds, ...b.caseIds],
        };
      },
    };
    const options = { steps: 1, optimizer: { name: "sgd", momentum: 0 }, learningRate: 0.1 } as const;
    const parts = await run({ ...options, gradientAccumulation: 2 }, { dropout: 0, batches: uneven });
    const whole = await run(options, { dropout: 0, batches: joined });
    whole.head["kernel"]!.forEach((value, index) => expect(parts.head["kernel"]![index]).toBeCloseTo(value, 6));
  });

  it("validates in inference mode, at the intervals set and after the last step", async () => {
    const validation = { batches: toyBatches(2), count: 3 };
    const outcome = await run({ steps: 5, validateEvery: 2 }, { validation });
    const validations = outcome.events.filter((event) => event.type === "validation");
    expect(validations.map(({ step }) => step)).toEqual([2, 4, 5]);
    expect(outcome.result.validation).toEqual({ loss: validations[2]!.loss, metrics: validations[2]!.metrics });
    // dropout would make a difference, so would an update of the statistics
    const twice = await run({ steps: 5, validateEvery: 1 }, { validation });
    expect(twice.encoder).toEqual(outcome.encoder);
    expect(twice.result.validation).toEqual(outcome.result.validation);
  });

  it("reports the time it waits for data", async () => {
    const batches = toyBatches(4);
    const slow: BatchSource<ToyExample> = {
      batch: async (index) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return batches.batch(index);
      },
    };
    const { result, ...outcome } = await run({ steps: 3 }, { batches: slow });
    const steps = stepsOf({ result, ...outcome });
    expect(steps.every(({ waitedSeconds, seconds }) => waitedSeconds > 0.02 && seconds >= waitedSeconds)).toBe(true);
    expect(result.waitedSeconds).toBeCloseTo(
      steps.reduce((sum, step) => sum + step.waitedSeconds, 0),
      9
    );
    expect(result.seconds).toBeGreaterThan(result.waitedSeconds);
  });

  it("passes on what goes wrong in the source of batches or in a step, without a leak", async () => {
    const before = tf.memory().numTensors;
    const networks = toyNetworks();
    const request = { ...networks, batches: toyBatches(2), options: toyOptions({ steps: 2 }), random: createRandom(1) };
    const failing: BatchSource<ToyExample> = { batch: () => Promise.reject(new Error("no such file")) };
    await expect(train({ ...request, batches: failing })).rejects.toThrow("no such file");
    const broken = {
      weights: networks.trainable.weights,
      step: () => {
        throw new Error("bad plugin");
      },
      dispose: () => undefined,
    };
    await expect(train({ ...request, trainable: broken })).rejects.toThrow("bad plugin");
    networks.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
