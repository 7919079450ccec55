import type { Affine } from "@ssl3d/core";
import { createVolume, readNifti, readNpy, writeNifti } from "@ssl3d/data";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, type Finished, tinyPretrain, writeBytes, writeCase } from "./testing/command.js";

const cosine = Math.cos(0.35);
const sine = Math.sin(0.35);
const AFFINES: Readonly<Record<string, Affine>> = {
  RAS: [2, 0, 0, -8, 0, 2, 0, -8, 0, 0, 2, -8, 0, 0, 0, 1],
  LAS: [-2, 0, 0, 8, 0, 2, 0, -8, 0, 0, 2, -8, 0, 0, 0, 1],
  oblique: [2 * cosine, -2 * sine, 0, 3, 2 * sine, 2 * cosine, 0, -5, 0, 0, 3, 1, 0, 0, 0, 1],
};

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-workflow-"));
  for (const id of ["a", "b", "c", "d"]) await writeCase(join(folder, "scans"), id);
  const { data, ...rest } = tinyPretrain(2);
  await writeBytes(join(folder, "pretrain.json"), JSON.stringify({ ...rest, data, workers: 0, output: "first" }));
  const finetune = { data, encoder: "first", training: { steps: 2 }, workers: 0, validationFraction: 0, output: "second" };
  await writeBytes(join(folder, "finetune.json"), JSON.stringify(finetune));
  for (const [name, affine] of Object.entries(AFFINES)) {
    const voxels = Float32Array.from({ length: 6 * 7 * 9 }, (_, index) => Math.sin(index));
    await writeBytes(join(folder, `${name}.nii.gz`), await writeNifti(createVolume({ voxels, size: [6, 7, 9], affine })));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function done(...args: readonly string[]): Promise<Finished> {
  const finished = await call(folder, ...args);
  expect(finished.stderr).not.toContain("Error");
  expect(finished.code).toBe(0);
  return finished;
}

describe("from volumes to predictions", () => {
  it("pretrains, fine-tunes, scores, predicts and encodes", async () => {
    expect((await done("pretrain", "pretrain.json")).stdout).toContain(join("first", "encoder"));
    const { stdout } = await done("finetune", "finetune.json", "--labels", "2", "--test-fraction", "0.25", "--json");
    const result = JSON.parse(stdout) as { evaluation: { cases: { scores: Record<string, number> }[] } };
    expect(result.evaluation.cases).toHaveLength(1);
    expect((await readdir(join(folder, "second"))).sort()).toEqual(
      ["checkpoints", "config.json", "encoder", "environment.json", "head", "log.jsonl", "predictions", "report.html", "scores.json"],
    );

    const [score] = result.evaluation.cases.map(({ scores }) => Object.values(scores)[0]);
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);

    for (const name of Object.keys(AFFINES)) {
      await done("predict", "--model", "second", "--input", `${name}.nii.gz`, "--output", `${name}-labels.nii.gz`);
      const input = await readNifti(await readFile(join(folder, `${name}.nii.gz`)));
      const labels = await readNifti(await readFile(join(folder, `${name}-labels.nii.gz`)));
      expect(labels.size).toEqual(input.size);
      labels.affine.forEach((value, index) => expect(value).toBeCloseTo(input.affine[index] as number, 5));
      expect(labels.voxels.every((label) => label === 0 || label === 1)).toBe(true);

      await done("encode", "--encoder", "first", "--input", `${name}.nii.gz`, "--output", `${name}.npy`, "--level", "pooled");
      expect(readNpy(await readFile(join(folder, `${name}.npy`))).shape).toEqual([1, 4]);
    }
    await done("report", "second");
    const { stdout: table } = await done("probe", "--encoder", "random", "--data", "scans", "--label-folder", "labels", "--labels", "1", "--seeds", "1", "--json");
    expect(JSON.parse(table)).toMatchObject({ encoder: "random", labels: 1 });
  });
});
