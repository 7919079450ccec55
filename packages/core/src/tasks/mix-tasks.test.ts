import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTask, type TaskPlugin } from "../contract/plugins.js";
import type { Batch, Example } from "../contract/network.js";
import type { Volume } from "../contract/volume.js";
import { registerGradients } from "../gradients.js";
import { createRandom } from "../random.js";
import { disposeBatch, stackExamples, toBatch } from "../train/batch.js";
import { ToyEncoder, ToyTask, type ToyExample } from "../train/toy-network.js";
import { mixTasks } from "./mix-tasks.js";

interface Scale {
  readonly factor: number;
}

/** Asks for `factor` times the image's sum, or with a companion for the sum of both. */
function scaled(name: string, companions: number, masks: boolean): TaskPlugin<string, Scale, ToyExample> {
  return defineTask<string, Scale, ToyExample>({
    name,
    summary: name,
    ranks: masks ? [2] : [2, 3],
    references: ["arXiv:1", `arXiv:${name}`],
    options: z.strictObject({ factor: z.number() }),
    companions: () => companions,
    example: ({ voxels }, { factor }, random, others) => {
      const sum = [voxels, ...others.map((other) => other.voxels)].flatMap((values) => [...values]).reduce((a, b) => a + b, 0);
      return { image: { data: voxels, shape: [2, 2, 1] }, target: { data: Float32Array.of(factor * sum + random.uniform()), shape: [1] } };
    },
    build: ({ encoder, random }) => new ToyTask(encoder, random),
    preview: (example) => [{ title: "image", image: example.image }],
    ...(masks && { maskBorders: (example: ToyExample) => ({ ...example, image: { ...example.image, data: new Float32Array(4) } }) }),
  });
}

const volume = (value: number): Volume<Float32Array> => ({ id: "v", voxels: new Float32Array(4).fill(value), size: [2, 2], channels: 1, spacing: [1, 1], affine: [] });
const parts = (first = 2, second = 0.5) => [
  { task: scaled("sum", 1, false) as TaskPlugin, options: { factor: 1 }, weight: first },
  { task: scaled("mask", 2, true) as TaskPlugin, options: { factor: 3 }, weight: second },
];
const make = (mix: TaskPlugin<string, Record<string, never>>, seed = 1): Example =>
  mix.example(volume(1), {}, createRandom(seed), [volume(10), volume(100)]);

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

describe("mixTasks", () => {
  it("holds an example of each part, with the companions that each asked for", () => {
    const mix = mixTasks(parts());
    expect(mix).toMatchObject({ name: "sum + mask", ranks: [2], references: ["arXiv:1", "arXiv:sum", "arXiv:mask"] });
    expect(mix.companions?.({})).toBe(2);
    const example = make(mix);
    expect(Object.keys(example)).toEqual(["sum/image", "sum/target", "mask/image", "mask/target"]);
    const draw = (name: string): number => createRandom(1).split(name).uniform();
    expect(example["sum/target"]?.data[0]).toBeCloseTo(44 + draw("sum"), 4);
    expect(example["mask/target"]?.data[0]).toBeCloseTo(3 * 444 + draw("mask"), 2);
  });

  it("needs batches of what the neediest part needs", () => {
    const needy = { ...parts()[1]!.task, build: ({ encoder, random }) => Object.assign(new ToyTask(encoder, random), { minimumBatchSize: 3 }) } as TaskPlugin;
    const encoder = new ToyEncoder(createRandom("encoder"), 0);
    const build = (mixed: ReturnType<typeof parts>): number | undefined =>
      mixTasks(mixed).build({ encoder, options: {}, inputSize: [2, 2], random: createRandom("task") }).minimumBatchSize;
    expect(build(parts())).toBe(1);
    expect(build([parts()[0]!, { ...parts()[1]!, task: needy }])).toBe(3);
  });

  it("adds the weighted losses, logs each part's own, and steps like the parts by themselves", () => {
    const encoder = new ToyEncoder(createRandom("encoder"), 0);
    const mix = mixTasks(parts());
    const trainable = mix.build({ encoder, options: {}, inputSize: [2, 2], random: createRandom("task") });
    expect(trainable.weights.map(({ name }) => name)).toEqual(["sum/kernel", "sum/bias", "mask/kernel", "mask/bias"]);
    const batch = toBatch(stackExamples([make(mix, 1), make(mix, 2)], ["a", "b"]));
    const tensors = tf.memory().numTensors;
    const { loss, metrics } = trainable.step(batch, { training: false });
    expect(tf.memory().numTensors).toBe(tensors + 5);
    expect(Object.keys(metrics)).toEqual(["sum/loss", "sum/error", "mask/loss", "mask/error"]);
    const value = (name: string): number => metrics[name]!.dataSync()[0]!;
    expect(loss.dataSync()[0]).toBeCloseTo(2 * value("sum/loss") + 0.5 * value("mask/loss"), 0);

    const alone = new ToyTask(encoder, createRandom("task").split("mask"));
    const own = { tensors: { image: batch.tensors["mask/image"], target: batch.tensors["mask/target"] }, caseIds: ["a", "b"] };
    const single = alone.step(own as Batch<ToyExample>, { training: false });
    expect(value("mask/loss")).toBe(single.loss.dataSync()[0]);
    tf.dispose([loss, metrics, single.loss, single.metrics]);
    alone.dispose();
    trainable.dispose();
    encoder.dispose();
    disposeBatch(batch);
  });

  it("gives each weight of each part, and the shared encoder, its gradient", () => {
    const encoder = new ToyEncoder(createRandom("encoder"), 0);
    const mix = mixTasks(parts());
    const trainable = mix.build({ encoder, options: {}, inputSize: [2, 2], random: createRandom("task") });
    const batch = toBatch(stackExamples([make(mix, 1), make(mix, 2)], ["a", "b"]));
    const gradientOf = (weights: readonly [number, number]): number => {
      const weighted = mixTasks(parts(...weights)).build({ encoder, options: {}, inputSize: [2, 2], random: createRandom("task") });
      const kernel = encoder.weights[0]!.variable;
      const { value, grads } = tf.variableGrads(() => weighted.step(batch, { training: true, random: createRandom(1) }).loss, [kernel]);
      const first = Object.values(grads)[0]!.dataSync()[0]!;
      tf.dispose([value, grads]);
      weighted.dispose();
      return first;
    };
    const [both, first, second] = [gradientOf([1, 1]), gradientOf([1, 1e-9]), gradientOf([1e-9, 1])];
    expect(both / (first + second)).toBeCloseTo(1, 3);
    expect(Math.abs(first)).toBeGreaterThan(0);
    trainable.dispose();
    encoder.dispose();
    disposeBatch(batch);
  });

  it("masks what can be masked, previews each part, and tells a task that occurs twice apart", () => {
    const mix = mixTasks(parts());
    const example = make(mix);
    const masked = mix.maskBorders?.(example, {}) ?? {};
    expect(masked["mask/image"]?.data).toEqual(new Float32Array(4));
    expect(masked["sum/image"]).toBe(example["sum/image"]);
    expect(mix.preview!(example, {}).map(({ title }) => title)).toEqual(["sum: image", "mask: image"]);
    const [part] = parts();
    const twice = mixTasks([part!, part!]);
    expect(Object.keys(make(twice))).toEqual(["sum/image", "sum/target", "sum 2/image", "sum 2/target"]);
    expect("maskBorders" in twice && (twice as { maskBorders?: unknown }).maskBorders !== undefined).toBe(false);
  });
});
