import { createVolume, writeNifti } from "@ssl3d/data";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, command, type Finished, tinyPretrain, writeBytes, writeCase } from "./testing/command.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-bad-"));
  await writeCase(join(folder, "scans"), "a");
  const sound = await readFile(join(folder, "scans", "a.nii.gz"));
  const header = Buffer.alloc(400);
  header.writeInt32LE(348, 0);
  [3, 32767, 32767, 32767, 1, 1, 1, 1].forEach((length, index) => header.writeInt16LE(length, 40 + 2 * index));
  header.writeInt16LE(16, 70);
  header.writeInt16LE(32, 72);
  header.writeFloatLE(352, 108);
  for (const offset of [80, 84, 88]) header.writeFloatLE(1, offset);
  header.write("n+1\0", 344, "latin1");
  await writeBytes(join(folder, "truncated.nii.gz"), sound.subarray(0, sound.length / 2));
  await writeBytes(join(folder, "magic.nii"), "This is no NIfTI file. ".repeat(40));
  await writeBytes(join(folder, "huge.nii"), header);
  await writeCase(join(folder, "holes"), "n", { nan: true });
  await writeCase(join(folder, "uneven"), "u", { labelDepth: 7 });
  await writeBytes(join(folder, "seven.nii.gz"), await writeNifti(createVolume({ voxels: new Uint8Array(8).fill(7), size: [2, 2, 2] })));
  for (const channels of [1, 2]) {
    const image = createVolume({ voxels: Float32Array.from({ length: 512 * channels }, (_, i) => i % 5), size: [8, 8, 8], channels });
    await writeBytes(join(folder, "channels", `${channels}.nii.gz`), await writeNifti(image));
  }
  await writeBytes(join(folder, "empty", "notes.txt"), "nothing here");
  await writeBytes(join(folder, "good.json"), JSON.stringify(tinyPretrain(2)));
  await writeBytes(join(folder, "types.json"), JSON.stringify({ ...tinyPretrain(2), training: { steps: "many" } }));
  await writeBytes(join(folder, "key.json"), JSON.stringify({ ...tinyPretrain(2), outptu: "runs/x" }));
  await writeBytes(join(folder, "broken.json"), "{ task: ");
  const labelled = { name: "nifti-folder", options: { labels: "labels" } };
  await writeBytes(join(folder, "uneven.json"), JSON.stringify({ data: { path: "uneven", dataset: labelled, testFraction: 0 } }));
  const owner = { pid: process.pid, host: hostname(), since: "now", startTime: null };
  await writeBytes(join(folder, "held", ".lock"), JSON.stringify(owner));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Case = readonly [what: string, args: readonly string[], code: string, part: RegExp];

/** Through a process of its own. */
const SPAWNED: readonly Case[] = [
  ["a truncated volume", ["data", "inspect", "truncated.nii.gz"], "SSL3D_NIFTI_GZIP", /truncated\.nii\.gz/],
  ["a run folder in use", ["pretrain", "good.json", "--output", "held"], "SSL3D_RUN_LOCKED", new RegExp(`process ${process.pid}`)],
];

/** In this process, since starting one takes seconds: all but the entry file is the same. */
const CALLED: readonly Case[] = [
  ["absurd dimensions", ["data", "inspect", "huge.nii"], "SSL3D_NIFTI_TRUNCATED", /huge\.nii/],
  ["NaN voxels", ["pretrain", "--data", "holes", "--label-folder", "labels", "--task", "rotation", "--output", "runs/x"], "SSL3D_VOLUME_NOT_FINITE", /voxel/],
  ["labels among the images", ["pretrain", "--data", "holes", "--task", "rotation", "--output", "runs/x"], "SSL3D_DATASET_LABELS_AMONG_IMAGES", /--label-folder labels/],
  ["labels of another shape", ["finetune", "uneven.json", "--output", "runs/x"], "SSL3D_DATASET_GRID", /\[7, 8, 8\]/],
  ["a file that is no NIfTI", ["data", "inspect", "magic.nii"], "SSL3D_NIFTI_MAGIC", /dcm2niix/],
  ["an empty folder", ["pretrain", "--data", "empty", "--task", "rotation", "--output", "runs/x"], "SSL3D_DATASET_EMPTY", /empty/],
  ["a missing folder", ["pretrain", "--data", "nowhere", "--task", "rotation", "--output", "runs/x"], "SSL3D_NOT_A_FOLDER", /nowhere/],
  ["an unknown plugin", ["pretrain", "good.json", "--task", "rotatoin", "--output", "runs/x"], "SSL3D_PLUGIN_UNKNOWN", /Did you mean "rotation"/],
  ["an unknown engine", ["pretrain", "good.json", "--engine", "cuda", "--output", "runs/x"], "SSL3D_ENGINE_UNKNOWN", /cuda.*wasm, cpu/],
  ["a setting of the wrong type", ["pretrain", "types.json"], "SSL3D_CONFIG_INVALID", /training\.steps.*"many"/],
  ["an option of the wrong type", ["pretrain", "good.json", "--steps", "many"], "SSL3D_USAGE", /--steps.*"many"/],
  ["an unknown setting", ["pretrain", "key.json"], "SSL3D_CONFIG_UNKNOWN_KEY", /Did you mean "output"/],
  ["an unknown option", ["pretrain", "good.json", "--stpes", "3"], "SSL3D_USAGE", /--stpes.*Did you mean --steps/],
  ["a negative number", ["pretrain", "good.json", "--steps", "-5"], "SSL3D_USAGE", /received -5/],
  ["an output that is a file", ["pretrain", "good.json", "--output", "good.json"], "SSL3D_WRITE_FAILED", /good\.json/],
  ["an output in the data", ["pretrain", "good.json", "--output", "scans/run"], "SSL3D_OUTPUT_IN_DATA", /scans\/run/],
  ["threads that an engine lacks", ["pretrain", "good.json", "--engine", "wasm", "--threads", "3", "--output", "runs/x"], "SSL3D_ENGINE_THREADS", /3 are asked/],
  ["images that the encoder pools away", ["pretrain", "good.json", "--encoder", "unet", "--output", "runs/x"], "SSL3D_NN_IMAGE_TOO_SMALL", /received 8/],
  ["batches of one for a normalised head", ["pretrain", "good.json", "--batch-size", "1", "--output", "runs/x"], "SSL3D_BATCH_TOO_SMALL", /--batch-size/],
  ["cases with other channels", ["pretrain", "good.json", "--data", "channels", "--dataset", "nifti-folder", "--output", "runs/x"], "SSL3D_CASE_CHANNELS", /"[12]" has [12] channels?, .* "[12]" has [12]/],
  ["more in a batch than memory can hold", ["pretrain", "good.json", "--batch-size", "1000000000", "--output", "runs/x"], "SSL3D_CONFIG_INVALID", /training\.batchSize/],
  ["labels that no BraTS region has", ["evaluate", "--prediction", "seven.nii.gz", "--truth", "seven.nii.gz", "--regions", "brats"], "SSL3D_EVALUATION_LABELS", /label 7/],
  ["a report of no run", ["report", "empty"], "SSL3D_RUN_NOT_FOUND", /empty/],
  ["a folder whose name is a number", ["report", "007"], "SSL3D_RUN_NOT_FOUND", /in 007:/],
  ["an unknown command", ["pretrian"], "SSL3D_USAGE", /Did you mean "ssl3d pretrain"/],
  ["a file that is no JSON", ["pretrain", "broken.json"], "SSL3D_CONFIG_UNREADABLE", /broken\.json/],
  ["a missing configuration", ["pretrain", "missing.json"], "SSL3D_CONFIG_UNREADABLE", /no such file/],
  ["nothing to resume", ["pretrain", "good.json", "--resume", "--output", "none"], "SSL3D_NOTHING_TO_RESUME", /none/],
  ["an encoder that is none", ["encode", "--encoder", "empty", "--input", "scans/a.nii.gz", "--output", "z.npy"], "SSL3D_ENCODER_NOT_FOUND", /empty/],
  ["a model that is none", ["predict", "--model", "empty", "--input", "scans/a.nii.gz", "--output", "z.nii"], "SSL3D_HEAD_NOT_FOUND", /empty/],
];

function check(finished: Finished, code: string, part: RegExp): void {
  const [last, ...before] = finished.stderr.trimEnd().split("\n").reverse();
  expect(last).toContain(`Error ${code}: `);
  expect(last).toMatch(part);
  expect(before.join("\n")).not.toMatch(/^\s+at /m);
  expect(finished.code).toBe(2);
  expect(finished.stdout).toBe("");
}

describe("bad input", () => {
  it.concurrent.each(SPAWNED)("%s", async (_, args, code, part) => {
    check(await command(folder, ...args), code, part);
  });

  it.each(CALLED)("%s", async (_, args, code, part) => {
    check(await call(folder, ...args), code, part);
  });

  it("is told in JSON too where that is asked for", async () => {
    const { code, stdout } = await call(folder, "pretrain", "types.json", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "SSL3D_CONFIG_INVALID" } });
  });

  it("leaves nothing half-written", async () => {
    expect(await readdir(folder)).not.toContain("runs");
    expect(await readdir(join(folder, "held"))).toEqual([".lock"]);
  });
});
