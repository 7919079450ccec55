import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { MemoryCheckpointStore } from "../checkpoint/memory-store.js";
import { createRandom } from "../random.js";
import type { TrainingEvent } from "./events.js";
import type { TrainingRequest, TrainingResult } from "./request.js";
import { toyBatches, toyNetworks, toyOptions, valuesOf, type ToyExample } from "./toy-network.js";
import { train } from "./train.js";

type Line = { readonly type: string; readonly step: number; readonly metrics?: unknown };

/** Trains with a probe every 3 steps and validation every 2; the probe measures a weight. */
async function run(change: Partial<TrainingRequest<ToyExample>> = {}): Promise<{ result: TrainingResult; log: Line[]; weights: unknown }> {
  const networks = toyNetworks();
  const log: Line[] = [];
  const measured = networks.encoder.weights[0]!.variable;
  const result = await train({
    ...networks,
    batches: toyBatches(3),
    validation: { batches: toyBatches(4), count: 1 },
    probe: { every: 3, measure: async () => ({ weight: (await measured.data())[0]! }) },
    options: toyOptions({ steps: 7, validateEvery: 2 }),
    random: createRandom(7),
    ...change,
    onEvent: (event) => {
      if (event.type === "probe" || event.type === "validation") log.push({ type: event.type, step: event.step, metrics: event.metrics });
      change.onEvent?.(event);
    },
  });
  const weights = { encoder: valuesOf(networks.encoder.weights), head: valuesOf(networks.trainable.weights) };
  networks.dispose();
  return { result, log, weights };
}

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("a probe", () => {
  it("measures before the first step, every so many steps and after the last, and changes nothing", async () => {
    const probed = await run();
    expect(probed.log.map(({ type, step }) => `${type} ${step}`)).toEqual([
      ...["probe 0", "validation 2", "probe 3", "validation 4", "validation 6", "probe 6", "validation 7", "probe 7"],
    ]);
    const measured = probed.log.filter(({ type }) => type === "probe").map(({ metrics }) => (metrics as { weight: number }).weight);
    expect(new Set(measured).size).toBe(4);
    const { weights } = await run({ probe: { every: 100, measure: () => Promise.resolve({}) } });
    expect(weights).toEqual(probed.weights);
  });

  it("is measured once where a run is interrupted and resumed", async () => {
    const whole = await run();
    const controller = new AbortController();
    const checkpoints = new MemoryCheckpointStore();
    const stop = (event: TrainingEvent): void => {
      if (event.type === "step" && event.step === 3) controller.abort();
    };
    const first = await run({ checkpoints, signal: controller.signal, onEvent: stop });
    const second = await run({ checkpoints, resume: true });
    expect(first.result.outcome).toBe("interrupted");
    expect([...first.log, ...second.log]).toEqual(whole.log);
    // no validation after step 3: the probe, which takes its time, is left to the second run
    expect(first.log.at(-1)).toMatchObject({ type: "validation", step: 2 });
    expect(second.weights).toEqual(whole.weights);
  });
});
