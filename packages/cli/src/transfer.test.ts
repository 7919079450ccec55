import { decodeSafetensors, type EncoderContract } from "@ssl3d/core";
import { createVolume, writeNifti } from "@ssl3d/data";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, type Finished, tinyPretrain, writeBytes, writeCase } from "./testing/command.js";

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-transfer-"));
  for (const id of ["a", "b", "c"]) {
    await writeCase(join(folder, "scans"), id);
    const voxels = Float32Array.from({ length: 2 * 512 }, (_, index) => Math.sin(index * (id.charCodeAt(0) - 96)));
    await writeBytes(join(folder, "colour", `${id}.nii.gz`), await writeNifti(createVolume({ voxels, size: [8, 8, 8], channels: 2 })));
    await writeBytes(join(folder, "colour", "labels", `${id}.nii.gz`), await readFile(join(folder, "scans", "labels", `${id}.nii.gz`)));
  }
  const preprocessing = { normalisation: "min-max", size: [8, 8, 8] };
  expect((await pretrain("first", { data: { ...DATA, preprocessing } })).code).toBe(0);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const { data: DATA, encoder: ARCHITECTURE, ...REST } = tinyPretrain(2) as { data: Record<string, unknown>; encoder: object };
const COLOUR = { ...DATA, path: "colour" };

async function pretrain(output: string, change: Record<string, unknown>, ...options: readonly string[]): Promise<Finished> {
  const encoder = "from" in change ? {} : { encoder: ARCHITECTURE };
  await writeBytes(join(folder, `${output}.json`), JSON.stringify({ ...REST, ...encoder, data: DATA, probe: null, workers: 0, output, ...change }));
  return await call(folder, "pretrain", `${output}.json`, ...options);
}

async function json<T>(...path: readonly string[]): Promise<T> {
  return JSON.parse(await readFile(join(folder, ...path), "utf8")) as T;
}

async function weights(...path: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const { tensors } = decodeSafetensors(await readFile(join(folder, ...path, "weights.safetensors")), "test");
  return new Map([...tensors].map(([name, { data }]) => [name, [...data]]));
}

/** Training so slow that weights stay what they were at the start, but for moving statistics. */
const STILL = { training: { steps: 1, learningRate: 1e-30 } };

describe("pretrain --from", () => {
  it("goes on from encoder and task of a run: architecture, channels and preprocessing come along", async () => {
    const { code, stderr } = await pretrain("second", { from: "first", ...STILL });
    expect(stderr).toMatch(/encoder from first: 24 weights loaded, 0 adapted, 0 left at their initial values, 0 unused/);
    expect(stderr).toMatch(/task rotation from first: \d+ weights loaded, 0 adapted, 0 left/);
    expect(code).toBe(0);
    for (const part of ["encoder", "task"]) {
      const [before, after] = [await weights("first", part), await weights("second", part)];
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [name, values] of after) if (!name.includes("moving")) expect(values).toEqual(before.get(name));
    }
    const [config, first] = [await json<Record<string, unknown>>("second", "config.json"), await json<EncoderContract>("first", "encoder", "contract.json")];
    expect(config).toMatchObject({ from: "first", encoder: { name: "unet", options: { filters: 2, levels: 1 } }, data: { preprocessing: { normalisation: "min-max", size: [8, 8, 8] } } });
    const { provenance } = await json<EncoderContract>("second", "encoder", "contract.json");
    expect(provenance.from).toEqual({
      folder: "first",
      sha256: first.weights.sha256,
      task: first.provenance.task,
      dataset: first.provenance.dataset,
      loaded: 24,
      adapted: 0,
      random: 0,
    });
    expect(await readFile(join(folder, "second", "report.html"), "utf8")).toContain("starting from first");
  });

  it("resumes as if it had never been interrupted, also where the folder is gone", async () => {
    await cp(join(folder, "first"), join(folder, "lent"), { recursive: true });
    expect((await pretrain("whole", { from: "lent", training: { steps: 4 } })).code).toBe(0);
    expect((await pretrain("halves", { from: "lent", training: { steps: 2 } })).code).toBe(0);
    await rm(join(folder, "lent"), { recursive: true });
    const resumed = await call(folder, "pretrain", "halves", "--resume", "--steps", "4");
    expect(resumed.stderr).not.toContain("weights loaded");
    expect(resumed.code).toBe(0);
    expect((await call(folder, "pretrain", "halves.json", "--resume", "--steps", "5")).code).toBe(0);
    expect((await pretrain("again", { from: "lent" })).stderr).toContain("There is no encoder in lent");
    const [one, other] = [await json<EncoderContract>("whole", "encoder", "contract.json"), await json<EncoderContract>("halves", "encoder", "contract.json")];
    expect(other.provenance.from).toEqual(one.provenance.from);
    const checkpoint = ["checkpoints", "step-00000004"] as const;
    expect(await weights("halves", ...checkpoint)).toEqual(await weights("whole", ...checkpoint));
  });

  it("takes another task's or another size's encoder, and says what of the task's layers stays behind", async () => {
    const crop = { ...DATA, preprocessing: null, crop: [4, 8, 4] };
    const { stderr, code } = await pretrain("cropped", { from: join("first", "encoder"), data: crop, ...STILL });
    expect(stderr).toContain("It was trained on images of 8x8x8 voxels and now sees 4x8x4: its layers are convolutional");
    expect(stderr).not.toContain("task rotation from");
    expect(code).toBe(0);
    const smaller = await pretrain("smaller", { from: "first", data: crop, ...STILL });
    expect(smaller.stderr).toMatch(/task rotation from first: 0 weights loaded.*\n(.*\n)*.*own layers start at random.*"head\/dense1\/kernel" is \[32, 4\] in the file and \[4, 4\]/);
    const part = await pretrain("part", { from: "first", partial: true, data: crop, ...STILL });
    expect(part.stderr).toMatch(/task rotation from first: \d+ weights loaded, 0 adapted, 1 left/);
  });

  it("refuses other channels and architectures, which --partial adapts", async () => {
    const refused = await pretrain("refused", { from: "first", data: COLOUR });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("The encoder takes 1 image channels, but colour has 2.");
    expect(refused.stderr).toContain("--partial");
    const { stderr, code } = await pretrain("adapted", { from: "first", data: COLOUR, ...STILL }, "--partial");
    expect(stderr).toContain("encoder from first: 23 weights loaded, 1 adapted, 0 left");
    expect(stderr).toContain("adapted  level0/conv1/kernel [3, 3, 3, 1, 2] -> [3, 3, 3, 2, 2]");
    expect(code).toBe(0);
    const [old, spread] = [await weights("first", "encoder"), await weights("adapted", "encoder")].map((all) => all.get("level0/conv1/kernel")!);
    // each of two channels gets half of the one kernel
    for (const [index, value] of spread!.entries()) expect(value).toBeCloseTo(old![2 * Math.floor(index / 4) + (index % 2)]! / 2, 6);
    expect((await json<EncoderContract>("adapted", "encoder", "contract.json")).provenance.from).toMatchObject({ loaded: 23, adapted: 1 });

    const wider = { name: "unet", options: { filters: 3, levels: 1 } };
    expect((await pretrain("wide", { from: "first", encoder: wider })).stderr).toContain("SSL3D_ARCHITECTURE_DIFFERS");
    const deeper = { name: "unet", options: { filters: 2, levels: 2 } };
    const deep = await pretrain("deep", { from: "first", encoder: deeper, ...STILL }, "--partial");
    expect(deep.stderr).toContain("encoder from first: 24 weights loaded, 0 adapted, 12 left at their initial values");
    expect((await pretrain("alone", { partial: true })).stderr).toContain('expected "partial": it only beside `from`');
  });

  it("takes the same from the command line alone, --size over the encoder's preprocessing", async () => {
    const { code, stderr } = await call(
      ...[folder, "pretrain", "--from", "first", "--data", "scans", "--task", "rotation", "--label-folder", "labels", "--output", "bare"],
      ...["--steps", "1", "--size", "6,8,8", "--workers", "0"],
    );
    expect(stderr).toContain("encoder from first: 24 weights loaded");
    expect(code).toBe(0);
    const { data } = await json<{ data: { preprocessing: unknown } }>("bare", "config.json");
    expect(data.preprocessing).toMatchObject({ normalisation: "min-max", size: [6, 8, 8], spacing: null });
  });
});

describe("finetune --encoder", () => {
  const config = { head: { name: "segmentation", options: { augmentation: null } }, workers: 0, validationFraction: 0, training: { steps: 1, batchSize: 1 } };

  it("starts from the decoder that the encoder was pretrained with, whole or not at all", async () => {
    const preprocessing = { normalisation: "min-max", size: [8, 8, 8] };
    const masked = { name: "masked", options: { blockSize: 4 } };
    expect((await pretrain("restored", { task: masked, data: { ...COLOUR, preprocessing } })).code).toBe(0);
    const tune = async (output: string, change: Record<string, unknown>, ...options: readonly string[]): Promise<Finished> => {
      await writeBytes(join(folder, `${output}.json`), JSON.stringify({ ...config, ...STILL, data: COLOUR, encoder: "restored", output, ...change }));
      return await call(folder, "finetune", `${output}.json`, ...options);
    };
    const { code, stderr } = await tune("on-decoder", {}, "--decoder");
    expect(code).toBe(0);
    expect(stderr).toMatch(/decoder from restored: 14 weights loaded, 0 adapted, 2 left.*\n(.*\n)*.*The task "masked" trained it with the encoder\./);
    const [task, head] = [await weights("restored", "task"), await weights("on-decoder", "head")];
    expect([...head.keys()].sort()).toEqual([...task.keys()].sort());
    for (const [name, values] of head) {
      if (name.includes("moving")) continue;
      // two channels restored and two classes told apart: the output layers are alike in shape only
      if (name === "output/kernel") expect(values).not.toEqual(task.get(name));
      else if (name !== "output/bias") expect(values).toEqual(task.get(name));
    }

    expect((await tune("without", {})).stderr).not.toContain("decoder from");
    const unfit = await tune("unfit", { head: { name: "segmentation", options: { augmentation: null, batchNorm: false } }, decoder: true });
    expect(unfit.code).toBe(2);
    expect(unfit.stderr).toContain('The decoder of restored does not fit the head "segmentation".');
    const none = await tune("none", { data: DATA, encoder: "first", decoder: true });
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('first holds no decoder that the head "segmentation" could start from.');
    expect((await tune("scratch", { encoder: "scratch", decoder: true })).stderr).toContain('expected "decoder": it only beside a run folder');
  });

  it("reports what was taken over, and adapts channels with --partial", async () => {
    await writeBytes(join(folder, "finetune.json"), JSON.stringify({ ...config, data: COLOUR, encoder: "first", output: "tuned" }));
    const refused = await call(folder, "finetune", "finetune.json");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--partial");
    const { stderr, code } = await call(folder, "finetune", "finetune.json", "--partial");
    expect(stderr).toContain("encoder from first: 23 weights loaded, 1 adapted, 0 left at their initial values, 0 unused");
    expect(code).toBe(0);
    expect(await json("tuned", "encoder", "contract.json")).toMatchObject({ inputChannels: ["channel 0", "channel 1"], provenance: { from: { folder: "first", adapted: 1 } } });
    expect((await call(folder, "finetune", "tuned", "--resume", "--steps", "2")).code).toBe(0);
    await writeBytes(join(folder, "scratch.json"), JSON.stringify({ ...config, data: DATA, partial: true, output: "scratch" }));
    expect((await call(folder, "finetune", "scratch.json")).stderr).toContain('expected "partial": it only beside an encoder folder');
  });

  it("warns of an encoder whose preprocessing nobody recorded, wherever volumes go in, and not of arrays", async () => {
    await cp(join(folder, "first", "encoder"), join(folder, "converted"), { recursive: true });
    const contract = await json<EncoderContract>("converted", "contract.json");
    await writeBytes(join(folder, "converted", "contract.json"), JSON.stringify({ ...contract, unknown: ["preprocessing", "patchSize"] }));
    const scan = join("scans", "a.nii.gz");
    const settings = ["--data", "scans", "--label-folder", "labels"];
    const warning = "warning: Nobody recorded these fields of the encoder in converted: preprocessing. Assumed is: orientation RAS, spacing as in the file, min-max normalisation";
    for (const args of [
      ["encode", "--encoder", "converted", "--input", scan, "--output", "features.npy"],
      ["finetune", "--encoder", "converted", ...settings, "--steps", "1", "--workers", "0", "--output", "warned"],
      ["pretrain", "--from", "converted", "--task", "rotation", ...settings, "--steps", "1", "--workers", "0", "--output", "warned-too"],
      ["probe", "--encoder", "converted", ...settings, "--labels", "1", "--seeds", "1"],
    ]) {
      const { stderr, code } = await call(folder, ...args);
      expect(stderr).toContain(warning);
      expect(code).toBe(0);
    }
    await writeBytes(join(folder, "warned", "encoder", "contract.json"), JSON.stringify({ ...(await json<EncoderContract>("warned", "encoder", "contract.json")), unknown: ["preprocessing"] }));
    expect((await call(folder, "predict", "--model", "warned", "--input", scan, "--output", "labels.nii.gz")).stderr).toContain("Nobody recorded these fields of the encoder in warned");
    expect((await call(folder, "encode", "--encoder", "first", "--input", scan, "--output", "features.npy")).stderr).toBe("");
    expect((await call(folder, "encode", "--encoder", "converted", "--input", "features.npy", "--output", "more.npy")).stderr).not.toContain("warning");
  });
});
