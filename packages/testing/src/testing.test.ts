import "@tensorflow/tfjs-backend-cpu";
import { createRandom, defineDataset, registerGradients, Ssl3dError, type Encoder, type EncoderPlugin, type FileSource } from "@ssl3d/core";
import { residualEncoder, unetEncoder } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { createPhantom, testDataset, testEncoder, testHead, testTask, type Check } from "./index.js";
import { gradePhantom, sumTask, type TaskFaults } from "./toy-plugins.js";

beforeAll(async () => {
  registerGradients();
  await tf.setBackend("cpu");
});

/** The messages of the checks that fail, by name. */
async function faults(checks: readonly Check[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, run } of checks) {
    await run().catch((error: unknown) => (found[name] = error instanceof Error ? error.message : String(error)));
  }
  return found;
}

describe("the encoders of @ssl3d/nn", () => {
  const unet = testEncoder(unetEncoder, { options: { filters: 3, levels: 2 } });
  const residual = testEncoder(residualEncoder, { options: { filters: [2, 4], blocks: [1, 1] } });
  for (const { name, run } of unet) it(`U-Net: ${name}`, run);
  for (const { name, run } of residual) it(`residual: ${name}`, run);
});

describe("testEncoder", () => {
  const changed = (change: (encoder: Encoder) => Partial<Encoder>): EncoderPlugin<"wrong"> => ({
    ...(unetEncoder as EncoderPlugin),
    name: "wrong",
    ranks: [2],
    build: (request) => {
      const encoder = (unetEncoder as EncoderPlugin).build(request);
      return Object.create(encoder, Object.getOwnPropertyDescriptors(change(encoder))) as Encoder;
    },
  });

  it("finds an encoder that promises other levels", async () => {
    const wrong = changed(({ levels }) => ({ levels: levels.map(({ channels, stride }) => ({ channels: channels + 1, stride })) }));
    const found = await faults(testEncoder(wrong, { options: { filters: 2, levels: 1 } }));
    expect(Object.keys(found)).toEqual(["2D: features have the shapes that the levels promise"]);
    expect(Object.values(found)[0]).toContain("level 0: expected shape");
  });

  it("finds an encoder that rounds odd sizes the other way when asked for its output's size", async () => {
    const wrong = changed(({ output }) => ({ outputSize: (size) => size.map((length) => Math.ceil(length / output.stride)) }));
    const found = await faults(testEncoder(wrong, { options: { filters: 2, levels: 1 } }));
    expect(Object.values(found)).toEqual([expect.stringMatching(/^outputSize of \[8, 9\]: expected \[2, 2\], received \[2, 3\]$/)]);
  });
});

describe("testTask", () => {
  for (const { name, run } of testTask(sumTask({ answers: "each by itself" }), { side: 8 })) it(`a sound task: ${name}`, run);

  it.each<[string, TaskFaults, string]>([
    ["draws from elsewhere", { stray: true }, "the same example from the same stream"],
    ["keeps a tensor", { leak: true }, "expected as many tensors after as before"],
    ["does not use the encoder", { detached: true }, "expected a gradient for"],
    ["writes into its volume", { careless: true }, "the volume's voxels to stay"],
    ["loses its head", { infinite: true }, "expected finite numbers in the loss"],
    ["masks its question", { relabels: true }, '"target": expected the shape [1], received [2]'],
    ["answers to its batch", { answers: "by the batch" }, "the answer to a batch of one"],
    ["answers to any shape", { answers: "to anything" }, "that names the shape [8, 8, 2], received an answer"],
    ["ignores its companions", { unsociable: true }, "expected other companions to give another example"],
  ])("finds a task that %s", async (_, faultsOfTask, message) => {
    const found = await faults(testTask(sumTask(faultsOfTask), { side: 8 }));
    expect(Object.values(found).join("\n")).toContain(message);
  });
});

describe("what must be learnt", () => {
  it("is learnt in the steps given, by tasks and encoders, or said not to be", async () => {
    const check = (checks: readonly Check[]): Check[] => checks.filter(({ name }) => name.startsWith("2D: it learns"));
    const task = (chance: number): Check[] => check(testTask(sumTask({}), { side: 8, learning: { chance, steps: 30 } }));
    expect(await faults(task(1))).toEqual({});
    expect(Object.values(await faults(task(1e-6))).join()).toContain("expected a mean loss below 0.000 at the end, received");
    const encoder = (learningRate: number): Check[] =>
      check(testEncoder(unetEncoder, { options: { filters: 3, levels: 2, dropout: 0 }, learning: { steps: 30, learningRate } }));
    expect(await faults(encoder(1e-2))).toEqual({});
    expect(Object.keys(await faults(encoder(1e-9)))).toHaveLength(1);
  });
});

describe("testHead", () => {
  for (const { name, run } of testHead(gradePhantom(), { side: 8 })) it(`a sound head: ${name}`, run);

  it("finds a head whose predictions are no probabilities", async () => {
    const found = await faults(testHead(gradePhantom({ logits: true }), { side: 8 }));
    expect(Object.keys(found).every((name) => name.includes("predictions are probabilities"))).toBe(true);
    expect(Object.keys(found)).toHaveLength(2);
  });
});

describe("testDataset", () => {
  const files: FileSource = { list: () => Promise.resolve([]), read: () => Promise.reject(new Error("empty")), label: "nowhere" };
  const phantoms = (ids: readonly string[]) =>
    defineDataset({
      name: "phantoms",
      summary: "Phantoms",
      ranks: [3],
      options: z.strictObject({}),
      open: () => {
        const load = (id: string) => {
          if (!ids.includes(id)) return Promise.reject(new Ssl3dError({ code: "SSL3D_TEST", message: "No.", fix: "None." }));
          const { image, truth } = createPhantom({ seed: id });
          return Promise.resolve({ image: { ...image, id }, truth });
        };
        return Promise.resolve({
          cases: ids.map((id) => ({ id, labelled: true })),
          loadImage: async (id: string) => (await load(id)).image,
          loadTruth: async (id: string) => (await load(id)).truth,
        });
      },
    });

  for (const { name, run } of testDataset(phantoms(["a", "b"]), { files })) it(`a sound dataset: ${name}`, run);

  it("finds cases out of order", async () => {
    const found = await faults(testDataset(phantoms(["b", "a"]), { files }));
    expect(Object.keys(found)).toEqual(["cases are sorted by id and unique"]);
  });
});

describe("createPhantom", () => {
  it("is brighter towards the end of each axis where it is lopsided", () => {
    const { voxels } = createPhantom({ rank: 2, side: 16, lopsided: true }).image;
    const [first, last] = [voxels[0]!, voxels[255]!];
    expect(last - first).toBeGreaterThan(4);
    expect(voxels[240]! - first).toBeGreaterThan(voxels[15]! - first + 1);
  });

  it("nests its labels in an ellipsoid, brighter inwards", () => {
    const { image, truth } = createPhantom({ rank: 3, side: 24, channels: 2, seed: 5 });
    expect(image.voxels).toHaveLength(24 ** 3 * 2);
    const mean = (label: number): number => {
      const values = [...truth.voxels.keys()].filter((i) => truth.voxels[i] === label).map((i) => image.voxels[2 * i] as number);
      return values.reduce((a, b) => a + b, 0) / values.length;
    };
    expect([0, 1, 2, 3].map((label) => Math.round(mean(label)))).toEqual([0, 1, 2, 3]);
    expect(createPhantom({ seed: 5 }).image.voxels).toEqual(createPhantom({ seed: 5 }).image.voxels);
    expect(createPhantom({ rank: 2, labels: [4], seed: createRandom(1).path }).truth.size).toEqual([16, 16]);
  });
});
