import { preprocessingOptions, validate } from "@ssl3d/core";
import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { createWorkerBatches, type WorkerBatches } from "./create-worker-batches.js";
import type { ExampleRecipe } from "./example-maker.js";

const plugins = new URL("../testdata/plugins.ts", import.meta.url).href;

function recipe(change: Partial<ExampleRecipe> & { broken?: number; fails?: boolean } = {}): ExampleRecipe {
  const { broken = null, fails = false, ...rest } = change;
  return {
    plugin: { module: plugins, export: "echo" },
    options: { fails },
    dataset: { module: plugins, export: "numbers" },
    datasetOptions: { count: 5, broken },
    folder: tmpdir(),
    cases: Array.from({ length: 5 }, (_, index) => `case-${index}`),
    preprocessing: validate(preprocessingOptions, { normalisation: "none" }, "test"),
    seed: "7",
    maximumCacheBytes: 1000,
    ...rest,
  };
}

const opened: WorkerBatches[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
});

function open(workers: number, made = recipe(), batchSize = 2): WorkerBatches {
  const source = createWorkerBatches({ recipe: made, batchSize, workers, prefetch: 3 });
  opened.push(source);
  return source;
}

interface Seen {
  readonly ids: readonly string[];
  readonly images: readonly number[];
  readonly draws: readonly number[];
}

async function see(source: WorkerBatches, indices: readonly number[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const index of indices) {
    const { arrays, caseIds } = await source.batch(index);
    seen.push({ ids: caseIds, images: [...arrays["image"]!.data], draws: [...arrays["draw"]!.data] });
  }
  return seen;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("createWorkerBatches", () => {
  it("gives the same batches whatever the number of workers", async () => {
    const [none, one, three] = await Promise.all([0, 1, 3].map((workers) => see(open(workers), upTo(8))));
    expect(one).toEqual(none);
    expect(three).toEqual(none);
    expect(none?.[0]?.images).toEqual(none?.[0]?.ids.flatMap((id) => new Array<number>(8).fill(Number(id.slice(5)))));
  });

  it("starts anywhere, as a resumed run does", async () => {
    const whole = await see(open(0), upTo(8));
    expect(await see(open(2), [5, 6, 7])).toEqual(whole.slice(5));
  });

  it("shows every case once an epoch, in a new order each time, with its own random numbers", async () => {
    const seen = await see(open(0, recipe(), 5), upTo(6));
    for (const { ids } of seen) expect([...ids].sort()).toEqual(recipe().cases);
    expect(new Set(seen.map(({ ids }) => ids.join())).size).toBeGreaterThan(1);
    expect(new Set(seen.flatMap(({ draws }) => draws)).size).toBe(30);
  });

  it("depends on the seed", async () => {
    const [first] = await see(open(0), [0]);
    const [second] = await see(open(0, recipe({ seed: "8" })), [0]);
    expect(second?.draws).not.toEqual(first?.draws);
  });

  it("keeps a cached volume whole though its example was given away", async () => {
    const source = open(1, recipe({ cases: ["case-3"] }), 1);
    const seen = await see(source, upTo(4));
    expect(seen.map(({ images }) => images)).toEqual(upTo(4).map(() => new Array<number>(8).fill(3)));
  });

  it.each([0, 2])("hands on a coded error with the case, with %i workers", async (workers) => {
    const source = open(workers, recipe({ broken: 2 }), 5);
    await expect(source.batch(0)).rejects.toMatchObject({
      name: "Ssl3dError",
      code: "SSL3D_TEST",
      message: "It is broken.",
      fix: "Mend it.",
      facts: { value: 2, caseId: "case-2" },
    });
  });

  it.each([0, 2])("names the case of an unexpected error, with %i workers", async (workers) => {
    await expect(open(workers, recipe({ fails: true }), 5).batch(0)).rejects.toThrow(/case "case-[13]".*odd/);
  });

  it("tells that the data set cannot be opened", async () => {
    const source = open(1, recipe({ folder: "no such folder" }));
    await expect(source.batch(0)).rejects.toMatchObject({ code: "SSL3D_NOT_A_FOLDER" });
  });

  it("ends its threads", async () => {
    const source = open(2);
    await source.batch(0);
    await source.close();
    await expect(see(source, [1])).rejects.toThrow("closed");
    expect(source.waitedSeconds).toBeGreaterThan(0);
  });
});
