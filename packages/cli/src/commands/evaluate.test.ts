import { createVolume, writeNifti } from "@ssl3d/data";
import type { VolumeEvaluation } from "@ssl3d/node";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, writeBytes } from "../testing/command.js";

const size = [4, 5, 6];
const spacing = [3, 1, 1];
let folder = "";

/** A volume with a label from one column on. */
async function labels(path: string, label: number, from: number, change: { spacing?: number[]; size?: number[]; voxels?: Float32Array } = {}): Promise<void> {
  const shape = change.size ?? size;
  const count = shape.reduce((a, b) => a * b, 1);
  const voxels = change.voxels ?? Uint8Array.from({ length: count }, (_, at) => (at % shape[2]! >= from ? label : 0));
  await writeBytes(join(folder, path), await writeNifti(createVolume({ voxels, size: shape, spacing: change.spacing ?? spacing })));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-evaluate-"));
  await labels("predictions/a.nii.gz", 1, 3);
  await labels("truths/a.nii.gz", 1, 4);
  await labels("predictions/b.nii.gz", 2, 6);
  await labels("truths/b.nii.gz", 2, 3);
  await labels("brats/a/a_seg.nii.gz", 4, 4);
  await labels("brats/a/a_t1.nii.gz", 9, 0);
  await labels("bratspredictions/a.nii.gz", 3, 4);
  await labels("lonely/a.nii.gz", 1, 3);
  await labels("shifted.nii.gz", 1, 3, { spacing: [3, 1, 2] });
  await labels("small.nii.gz", 1, 3, { size: [4, 5, 5] });
  await labels("soft.nii.gz", 1, 3, { voxels: new Float32Array(120).fill(0.4) });
  await writeBytes(join(folder, "notes/notes.txt"), "nothing");
  await writeBytes(join(folder, "nonsense.nii"), "This is no NIfTI file. ".repeat(40));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("ssl3d evaluate", () => {
  it("scores every label of two files, distances in mm", async () => {
    const { code, stdout } = await call(folder, "evaluate", "--prediction", "predictions/a.nii.gz", "--truth", "truths/a.nii.gz", "--tolerance", "0.5", "--json");
    expect(code).toBe(0);
    const { cases } = JSON.parse(stdout) as VolumeEvaluation;
    expect(cases).toEqual([{ id: "a", regions: { "1": { dice: 0.8, nsd: expect.any(Number) as number, hd95Mm: 1, truthVoxels: 40, predictionVoxels: 60 } } }]);
  });

  it("pairs the files of two folders and scores a label that a case lacks as found", async () => {
    const { code, stdout } = await call(folder, "evaluate", "--prediction", "predictions", "--truth", "truths", "--json");
    expect(code).toBe(0);
    const { cases } = JSON.parse(stdout) as VolumeEvaluation;
    const absent = { dice: 1, nsd: null, hd95Mm: null, truthVoxels: 0, predictionVoxels: 0 };
    expect(cases.map(({ id, regions }) => [id, Object.keys(regions)])).toEqual([["a", ["1", "2"]], ["b", ["1", "2"]]]);
    expect(cases[0]?.regions["2"]).toEqual(absent);
    expect(cases[1]?.regions["2"]).toEqual({ dice: 0, nsd: 0, hd95Mm: null, truthVoxels: 60, predictionVoxels: 0 });
    const table = (await call(folder, "evaluate", "--prediction", "predictions", "--truth", "truths")).stdout;
    expect(table).toMatch(/mean of 2 +2 +0\.500 +0\.000 \(of 1\) +-\n/);
    expect(table).toMatch(/mean of 2 +1 +0\.900 +1\.000 \(of 1\) +1\.00 \(of 1\)\n/);
  });

  it("unites labels into the BraTS regions and takes the _seg files of its layout", async () => {
    const { stdout } = await call(folder, "evaluate", "--prediction", "bratspredictions", "--truth", "brats", "--regions", "brats", "--json");
    const found = { dice: 1, nsd: 1, hd95Mm: 0, truthVoxels: 40, predictionVoxels: 40 };
    expect(JSON.parse(stdout)).toEqual({ cases: [{ id: "a", regions: { WT: found, TC: found, ET: found } }] });
  });

  it.each([
    ["another spacing", ["predictions/a.nii.gz", "shifted.nii.gz"], "SSL3D_EVALUATION_GRID", /affine/],
    ["another size", ["predictions/a.nii.gz", "small.nii.gz"], "SSL3D_EVALUATION_GRID", /4 x 5 x 6 voxels; expected 4 x 5 x 5/],
    ["values that are no labels", ["soft.nii.gz", "truths/a.nii.gz"], "SSL3D_DATASET_LABELS", /soft\.nii\.gz.*0\.4/],
    ["a truth without its prediction", ["lonely", "truths"], "SSL3D_EVALUATION_PARTNER", /"b" has no prediction/],
    ["a prediction without its truth", ["predictions", "lonely"], "SSL3D_EVALUATION_PARTNER", /"b" has no truth/],
    ["a file against a folder", ["predictions/a.nii.gz", "truths"], "SSL3D_EVALUATION_KINDS", /folder/],
    ["a folder without label volumes", ["notes", "truths"], "SSL3D_EVALUATION_EMPTY", /notes/],
    ["a file that is no NIfTI", ["nonsense.nii", "truths/a.nii.gz"], "SSL3D_NIFTI_MAGIC", /nonsense/],
    ["a file of another kind", ["notes/notes.txt", "truths/a.nii.gz"], "SSL3D_INPUT_KIND", /notes\.txt/],
    ["a missing file", ["predictions/a.nii.gz", "nowhere.nii.gz"], "SSL3D_READ_FAILED", /nowhere/],
  ])("refuses %s", async (_, [prediction = "", truth = ""], code, part) => {
    const finished = await call(folder, "evaluate", "--prediction", prediction, "--truth", truth, "--json");
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain(`Error ${code}: `);
    expect(finished.stderr).toMatch(part);
    expect(JSON.parse(finished.stdout)).toMatchObject({ error: { code } });
  });

  it("refuses unknown regions and missing options", async () => {
    expect((await call(folder, "evaluate", "--prediction", "a", "--truth", "b", "--regions", "all")).stderr).toContain("SSL3D_USAGE");
    expect((await call(folder, "evaluate", "--prediction", "a")).code).toBe(2);
  });
});
