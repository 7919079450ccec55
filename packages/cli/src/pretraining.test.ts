import * as tf from "@tensorflow/tfjs-core";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, tinyPretrain, writeBytes, writeCase } from "./testing/command.js";

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-pretraining-"));
  for (const id of ["a", "b", "c", "d", "e", "f"]) await writeCase(join(folder, "scans"), id);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

interface Line {
  readonly type: string;
  readonly step?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

interface Contract {
  readonly rank: number;
  readonly patchSize: readonly number[];
  readonly slices: unknown;
  readonly weights: { readonly sha256: string };
  readonly provenance: { readonly task: unknown };
}

/** Runs a configuration and returns what it left. */
async function pretrain(output: string, change: Record<string, unknown>): Promise<{ contract: Contract; log: Line[]; report: string }> {
  const { data, ...rest } = tinyPretrain(4) as { data: Record<string, unknown> };
  const config = { ...rest, ...change, data: { ...data, ...(change["data"] as object | undefined) }, workers: 0, output };
  await writeBytes(join(folder, `${output}.json`), JSON.stringify(config));
  const finished = await call(folder, "pretrain", `${output}.json`);
  expect(finished.stderr).not.toContain("Error");
  expect(finished.code).toBe(0);
  const read = async (...path: string[]): Promise<string> => await readFile(join(folder, output, ...path), "utf8");
  const log = (await read("log.jsonl")).trim().split("\n").map((line) => JSON.parse(line) as Line);
  return { contract: JSON.parse(await read("encoder", "contract.json")) as Contract, log, report: await read("report.html") };
}

const patches = { widths: [4], patchesPerSide: 2, patchJitter: 0 };

describe("mixes of tasks", () => {
  it("train one encoder, log each task's loss and chart them together", async () => {
    const task = [{ name: "rotation", options: { widths: [4] } }, { name: "rpl", weight: 0.5, options: patches }];
    const { contract, log, report } = await pretrain("mix", { task, probe: null });
    expect(contract.provenance.task).toMatchObject([{ name: "rotation", weight: 1 }, { name: "rpl", weight: 0.5 }]);
    const steps = log.filter(({ type }) => type === "step") as unknown as { loss: number; metrics: Record<string, number> }[];
    expect(steps).toHaveLength(4);
    for (const { loss, metrics } of steps) {
      expect(Object.keys(metrics).sort()).toEqual(["rotation/accuracy", "rotation/loss", "rpl/accuracy", "rpl/loss"]);
      expect(loss).toBeCloseTo(metrics["rotation/loss"]! + 0.5 * metrics["rpl/loss"]!, 4);
    }
    for (const title of ["Pretraining: rotation + rpl", "Loss of each task", "What the network sees: rotation", "What the network sees: rpl"]) expect(report).toContain(title);
  });

  it("go on where they stopped, and not with other tasks", async () => {
    const again = await call(folder, "pretrain", "mix", "--resume", "--steps", "5");
    expect(again.code).toBe(0);
    const other = await call(folder, "pretrain", "mix", "--resume", "--task", "rotation");
    expect(other.stderr).toContain("SSL3D_RESUME_MISMATCH");
  });
});

describe("slices and patches", () => {
  it("make a 2D encoder of volumes, and say so in its contract", async () => {
    const { contract, log } = await pretrain("slices", { data: { slices: "coronal" }, probe: null });
    expect(contract).toMatchObject({ rank: 2, patchSize: [8, 8], slices: { axis: "coronal", foreground: 0.1 } });
    expect(log.find(({ type }) => type === "data")).toMatchObject({ size: [8, 8] });
  });

  it("cut volumes to patches of the size asked for", async () => {
    const { contract } = await pretrain("crop", { data: { crop: [4, 6, 4] }, probe: null });
    expect(contract).toMatchObject({ rank: 3, patchSize: [4, 6, 4], slices: null });
  });
});

describe("online probes", () => {
  it("measure without a trace in the weights", async () => {
    const task = { name: "rpl", options: patches };
    const data = { path: "scans", labels: 2, testCases: 2, steps: 5 };
    const settings = { task, validationFraction: 0.4 };
    const tensors = tf.memory().numTensors;
    const probed = await pretrain("probed", { ...settings, probe: { every: 2, images: 4, data } });
    expect(tf.memory().numTensors).toBe(tensors);
    const plain = await pretrain("plain", { ...settings, probe: null });
    expect(probed.contract.weights.sha256).toBe(plain.contract.weights.sha256);
    const losses = (log: readonly Line[]): unknown[] => log.filter(({ type }) => type === "step").map((line) => (line as { loss?: number }).loss);
    expect(losses(probed.log)).toEqual(losses(plain.log));

    const probes = probed.log.filter(({ type }) => type === "probe");
    expect(probes.map(({ step }) => step)).toEqual([0, 2, 4]);
    expect(plain.log.some(({ type }) => type === "probe")).toBe(false);
    for (const { metrics = {} } of probes) {
      expect(Object.keys(metrics).sort()).toEqual(
        ["effectiveRank", "knn/balancedAccuracy", "linear/1", "shortcut/accuracy/masked", "shortcut/accuracy/plain"].sort(),
      );
      expect(metrics["effectiveRank"]).toBeGreaterThan(0);
      expect(metrics["effectiveRank"]).toBeLessThanOrEqual(3.0001);
      // a bright block is easily found
      expect(metrics["knn/balancedAccuracy"]).toBeGreaterThan(0.6);
    }
    for (const title of ["What the features tell of labels", "How much cases differ to the encoder", "Is there a shortcut?"]) {
      expect(probed.report).toContain(title);
      expect(plain.report).not.toContain(title);
    }
    const repeated = await pretrain("repeated", { ...settings, probe: { every: 2, images: 4, data } });
    expect(repeated.log.filter(({ type }) => type === "probe").map(({ metrics }) => metrics)).toEqual(probes.map(({ metrics }) => metrics));
  });

  it("take classes of whole images from a table, and other settings when resumed", async () => {
    for (const id of ["a", "b", "c", "d"]) await cp(join(folder, "scans", `${id}.nii.gz`), join(folder, "classes", `${id}.nii.gz`));
    await writeBytes(join(folder, "classes", "table.csv"), "id,class\na,0\nb,1\nc,0\nd,1\n");
    const data = { path: "classes", dataset: "image-table", labels: 2, testCases: 2 };
    const { log, report } = await pretrain("classes-run", { probe: { every: 2, images: 4, data } });
    const probes = log.filter(({ type }) => type === "probe");
    expect(probes.map(({ step }) => step)).toEqual([0, 2, 4]);
    for (const { metrics = {} } of probes) expect(Object.keys(metrics).sort()).toEqual(["effectiveRank", "knn/balancedAccuracy", "linear/balancedAccuracy"]);
    expect(report).toContain("trained on 2 labelled cases and scored on 2 others");
    const config = JSON.parse(await readFile(join(folder, "classes-run", "config.json"), "utf8")) as object;
    await writeBytes(join(folder, "fewer.json"), JSON.stringify({ ...config, probe: null }));
    expect((await call(folder, "pretrain", "fewer.json", "--resume", "--steps", "5")).code).toBe(0);
  });

  it("run without labelled cases, and refuse too few of them", async () => {
    const { log } = await pretrain("unlabelled", { probe: { images: 4 } });
    expect(Object.keys(log.find(({ type }) => type === "probe")?.metrics ?? {})).toEqual(["effectiveRank"]);
    const { data, ...rest } = tinyPretrain(2);
    await writeBytes(join(folder, "few.json"), JSON.stringify({ ...rest, data, probe: { data: { path: "scans", labels: 6 } }, output: "few" }));
    expect((await call(folder, "pretrain", "few.json")).stderr).toContain("SSL3D_CASES_TOO_FEW");
  });
});
