import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVolume, writeNifti } from "@ssl3d/data";
import { call, writeBytes } from "../testing/command.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-data-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("ssl3d data cohort", () => {
  it("makes abdominal CT that a Decathlon data set reads", async () => {
    const made = await call(folder, "data", "cohort", "pancreas", "--out", "ct", "--count", "2", "--size", "16", "--seed", "3");
    expect(made).toMatchObject({ code: 0 });
    expect((await readdir(join(folder, "ct"))).sort()).toEqual(["LICENSE.md", "README.md", "dataset.json", "imagesTr", "labelsTr"]);
    const inspected = await call(folder, "data", "inspect", "ct", "--dataset", "decathlon", "--json");
    const { cases } = JSON.parse(inspected.stdout) as { cases: unknown[] };
    expect(cases).toHaveLength(2);
    expect(cases[1]).toMatchObject({ id: "synthetic-pancreas-00001", size: [16, 16, 16], channels: 1, labelled: true });
  });

  it("makes brains in the BraTS layout, without labels where asked", async () => {
    const made = await call(folder, "data", "cohort", "brain-tumour", "--out", "mr", "--count", "1", "--size", "16", "--unlabelled");
    expect(made).toMatchObject({ code: 0 });
    const files = await readdir(join(folder, "mr", "synthetic-colin27-00000"));
    expect(files.map((name) => name.replace(/.*_(\w+)\.nii\.gz/, "$1")).sort()).toEqual(["flair", "t1", "t1ce", "t2"]);
  });

  it("leaves a folder that holds another cohort alone, and makes the same one again", async () => {
    const make = async (count: string) => await call(folder, "data", "cohort", "pancreas", "--out", "ct", "--count", count, "--size", "16");
    expect(await make("2")).toMatchObject({ code: 0 });
    const other = await make("1");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("ct holds another cohort") as string]);
    expect(await readFile(join(folder, "ct", "dataset.json"), "utf8")).toContain('"numTraining": 2');
    expect(await make("2")).toMatchObject({ code: 0 });
  });

  it("says of which volumes nothing can be learnt, for they are the same everywhere", async () => {
    const grid = { size: [4, 5, 6] };
    const even = createVolume({ voxels: new Float32Array(120).fill(7), ...grid });
    await writeBytes(join(folder, "scans", "even.nii.gz"), await writeNifti(even));
    await writeBytes(join(folder, "scans", "scan.nii.gz"), await writeNifti(createVolume({ voxels: Float32Array.from({ length: 120 }, (_, at) => at), ...grid })));
    const { stdout, stderr, code } = await call(folder, "data", "inspect", "scans");
    expect(code).toBe(0);
    expect(stdout).toContain("7.000 everywhere");
    expect(stderr).toContain("warning: nothing can be learnt from even: one value everywhere");
  });

  it("names the cohorts there are, and refuses an anatomy where there is none to choose", async () => {
    const unknown = await call(folder, "data", "cohort", "liver", "--out", "x");
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain("brain-tumour, pancreas");
    const anatomy = await call(folder, "data", "cohort", "pancreas", "--anatomy", "colin27", "--out", "x");
    expect(anatomy.stderr).toContain("--anatomy is for brain-tumour");
  });
});
