import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cell } from "./cells.js";
import { openCells, type CellStore } from "./cell-store.js";
import { studyOf } from "./study.js";
import { summarise, type Summary } from "./summarise.js";
import { writeResults } from "./write-results.js";

const study = studyOf("pancreas", false);
let folder: string;
let store: CellStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-evidence-"));
  store = openCells(join(folder, "cells"), study);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function add(cell: Cell, ...dice: number[]): Promise<void> {
  const at = (share: number) => ({ "pancreas pancreas and lesion": dice.map((value) => share * value) });
  await store.write({ cell, engine: "test", seconds: 10, dice: cell.kind === "probe" ? { 100: at(1) } : { 25: at(0.25), 50: at(0.5), 100: at(1) } });
}

describe("summarise", () => {
  it("gives means over seeds and gains over the same seeds without pretraining, from the cells that are there", async () => {
    for (const [seed, scratch, pretrained] of [[1, 0.5, 0.56], [2, 0.6, 0.64], [3, 0.7, 0.9]] as const) {
      await add({ kind: "finetune", encoder: "random", labels: 4, seed }, scratch, scratch);
      if (seed < 3) await add({ kind: "finetune", encoder: "rpl", labels: 4, seed }, pretrained - 0.1, pretrained + 0.1);
    }
    await add({ kind: "probe", encoder: "rotation", labels: 4, seed: 1 }, 0.4);
    const summary = summarise(study, store);
    expect(summary.cells).toMatchObject({ done: 6, seconds: 60 });
    expect(Object.keys(summary.finetune)).toEqual(["4"]);
    const { scratch, rpl } = summary.finetune["4"]!;
    expect(scratch).toMatchObject({ mean: 0.6, sd: 0.1, n: 3, early: { 25: 0.15, 50: 0.3 } });
    const pairedGain = { mean: 0.05, n: 2, positive: 2 };
    expect(rpl).toMatchObject({ mean: 0.6, n: 2, pairedGain, scores: { "pancreas pancreas and lesion": { mean: 0.6, pairedGain } } });
    // Student's t with one degree of freedom: 12.706 times .01 / sqrt(2) * sqrt(2) / sqrt(2)
    expect(rpl!.pairedGain!.high! - 0.05).toBeCloseTo(12.706 * 0.01, 3);
    expect(summary.probe).toEqual({ rotation: expect.objectContaining({ mean: 0.4, sd: null, n: 1 }) as object });
  });

  it("does not take a cell of other settings for one of these", async () => {
    const cell = { kind: "probe", encoder: "rpl", labels: 4, seed: 1 } as const;
    await add(cell, 0.4);
    const other = openCells(join(folder, "cells"), { ...study, probe: { ...study.probe, steps: 99 } });
    expect(store.read(cell)?.dice?.["100"]).toEqual({ "pancreas pancreas and lesion": [0.4] });
    expect(other.read(cell)).toBeUndefined();
  });

  it.each(["probe", "finetune"] as const)("compares with training on shuffled labels: %s", async (kind) => {
    for (const [encoder, dice] of [["random", 0.2], ["rotation", 0.4], ["shuffled rotation", 0.3]] as const) await add({ kind, encoder, labels: 4, seed: 1 }, dice);
    const { probe, finetune } = summarise(study, store);
    const { random, scratch, rotation, "shuffled rotation": shuffled } = kind === "probe" ? probe : finetune["4"]!;
    expect(rotation).toMatchObject({ pairedGain: { mean: 0.2 }, gainOverShuffled: { mean: 0.1 } });
    expect(shuffled).toMatchObject({ pairedGain: { mean: 0.1 } });
    for (const figure of [random ?? scratch, shuffled]) expect(figure).not.toHaveProperty("gainOverShuffled");
  });

  it("shows each test set and region with its gain where there are several", async () => {
    const dice = (core: number, whole: number): object => ({ 100: { "colin27 TC": [core], "colin27 WT": [whole] } });
    const brain = studyOf("brain", false);
    const cells = openCells(join(folder, "brain"), brain);
    const probe = { kind: "probe", labels: 5, seed: 1 } as const;
    await cells.write({ cell: { ...probe, encoder: "random" }, engine: "test", seconds: 1, dice: dice(0.2, 0.4) as never });
    await cells.write({ cell: { ...probe, encoder: "rpl" }, engine: "test", seconds: 1, dice: dice(0.1, 0.5) as never });
    const summary = summarise(brain, cells);
    expect(summary.probe["rpl"]).toMatchObject({ mean: 0.5, scores: { "colin27 TC": { mean: 0.1, pairedGain: { mean: -0.1 } } } });
    await writeResults(folder, brain, summary);
    expect(await readFile(join(folder, "README.md"), "utf8")).toContain("| rpl | 0.100, -0.100 | 0.500, +0.100 |");
  });

  it("is written as tables and figures", async () => {
    await add({ kind: "probe", encoder: "random", labels: 4, seed: 1 }, 0.21);
    await add({ kind: "finetune", encoder: "random", labels: 4, seed: 1 }, 0.61);
    await add({ kind: "finetune", encoder: "rpl", labels: 4, seed: 1 }, 0.65);
    await writeResults(folder, study, summarise(study, store));
    const read = async (file: string): Promise<string> => await readFile(join(folder, file), "utf8");
    expect(JSON.parse(await read("summary.json"))).toEqual(JSON.parse(JSON.stringify(summarise(study, store))) as Summary);
    expect(await read("README.md")).toContain("| rpl | 0.163 | 0.325 | 0.650 |  | 1 | +0.040 | 1 of 1 |  |");
    expect(await read("report.html")).toContain("Gain over scratch with 4 labels");
  });
});
