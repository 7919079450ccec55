import { readNpy, writeNpy } from "@ssl3d/data";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, writeBytes, type Finished } from "./testing/command.js";

/** Recorded from the original: an encoder without batch normalisation, its input and its output. */
const RECORDED = resolve("tests/golden/checkpoints/enc3d_nobn_nodrop");
const CHECKPOINT = `${RECORDED}.hdf5`;
const [INPUT, OUTPUT] = [`${RECORDED}.in0.npy`, `${RECORDED}.out0.npy`];

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-convert-"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const convert = (...args: readonly string[]): Promise<Finished> => call(folder, "convert", "keras", ...args);

async function expectRefused(finished: Finished, code: string): Promise<void> {
  expect(finished.stderr).toContain(code);
  expect(finished.stderr).not.toMatch(/\n\s+at /);
  expect(finished.code).toBe(2);
  expect((await readdir(folder)).filter((name) => name.includes("refused"))).toEqual([]);
}

describe("ssl3d convert keras", () => {
  it("makes a folder whose encoder gives the recorded outputs", async () => {
    const finished = await convert(CHECKPOINT, "encoder", "--verify", INPUT, OUTPUT);
    expect(finished.code, finished.stderr).toBe(0);
    expect(finished.stdout).toContain("8 tensors taken over, 0 left out; outputs agree");
    expect((await readdir(join(folder, "encoder"))).sort()).toEqual(["contract.json", "conversion.json", "conversion.md", "weights.safetensors"]);
    expect(await readFile(join(folder, "encoder", "conversion.md"), "utf8")).toContain("| conv3d/conv3d/kernel:0 | [3, 3, 3, 1, 3] | weights.safetensors: level0/conv1/kernel |");
    // what the file shows, not every default
    expect(await readFile(join(folder, "encoder", "conversion.md"), "utf8")).toContain('1 channel; filters 3, levels 1, pooling "max", batchNorm false, dropout 0\n');

    expect((await call(folder, "encode", "--encoder", "encoder", "--input", INPUT, "--output", "features.npy")).code).toBe(0);
    const [ours, theirs] = await Promise.all([join(folder, "features.npy"), OUTPUT].map(async (path) => readNpy(await readFile(path))));
    const largest = Math.max(...Array.from(theirs!.data, (value) => Math.abs(value)));
    ours!.data.forEach((value, i) => {
      if (Math.abs(value - theirs!.data[i]!) > 1e-4 * largest) throw new Error(`element ${i} differs`);
    });
  });

  it("prints its report as JSON", async () => {
    const { stdout } = await convert(CHECKPOINT, "as-json", "--json");
    const report = JSON.parse(stdout) as { kind: string; tensors: { source: string; destination: string; shape: number[] }[] };
    expect(report).toMatchObject({ kind: "encoder", task: null, rank: 3, encoder: { name: "unet", channels: 1 }, unused: [], verified: false });
    expect(report.tensors[1]).toEqual({ source: "conv3d/conv3d/bias:0", destination: "weights.safetensors: level0/conv1/bias", shape: [3] });
  });

  it("refuses outputs that the network does not give", async () => {
    const wrong = readNpy(await readFile(OUTPUT));
    await writeFile(join(folder, "wrong.npy"), writeNpy({ data: Float32Array.from(wrong.data, (value) => value * 1.001), shape: wrong.shape }));
    await expectRefused(await convert(CHECKPOINT, "refused", "--verify", INPUT, "wrong.npy"), "SSL3D_CONVERSION_DIFFERS");
    await expectRefused(await convert(CHECKPOINT, "refused", "--verify", INPUT), "--verify");
  });

  it("refuses files that are no Keras checkpoint, cut off or with NaN weights", async () => {
    const bytes = await readFile(CHECKPOINT);
    const bias = bytes.indexOf(Buffer.from((await convertedWeight()).buffer));
    expect(bias).toBeGreaterThan(0);
    const broken = Buffer.from(bytes);
    broken.writeFloatLE(NaN, bias);
    const files = { "text.hdf5": "not HDF5", "empty.hdf5": "", "cut.hdf5": bytes.subarray(0, bytes.length / 2), "nan.hdf5": broken };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await expectRefused(await convert("text.hdf5", "refused"), "SSL3D_KERAS_FILE_INVALID");
    await expectRefused(await convert("empty.hdf5", "refused"), "SSL3D_KERAS_FILE_INVALID");
    await expectRefused(await convert("cut.hdf5", "refused"), "SSL3D_KERAS_FILE_INVALID");
    await expectRefused(await convert("nan.hdf5", "refused"), "SSL3D_KERAS_NOT_FINITE");
    await expectRefused(await convert("missing.hdf5", "refused"), "missing.hdf5");
  });

  it.each([
    ["a folder of checkpoints", ["."], "Name one file, such as "],
    ["a SavedModel folder", ["saved"], "a SavedModel folder of TensorFlow"],
    ["a converted folder", ["converted"], "It needs no conversion"],
    ["a file in place of the folder to write", ["sound.hdf5", "notes.txt"], "received notes.txt, which is a file. Name another folder"],
    ["a path through a file", ["sound.hdf5", "notes.txt/refused"], "Name another folder, whose path leads through folders alone"],
  ])("says what is wrong with %s, and what to do", async (_, args, message) => {
    await writeBytes(join(folder, "sound.hdf5"), await readFile(CHECKPOINT));
    await writeBytes(join(folder, "notes.txt"), "mine");
    await writeBytes(join(folder, "saved/saved_model.pb"), "");
    await writeBytes(join(folder, "converted/contract.json"), "{}");
    const finished = await convert(args[0]!, args[1] ?? "refused");
    expect(finished.stderr).toContain(message);
    expect(finished.stderr).not.toMatch(/--output|EISDIR/);
    expect(finished.code).toBe(2);
    expect(await readdir(folder)).not.toContain("refused");
  });

  it("refuses options that contradict the file, and unknown ones", async () => {
    await expectRefused(await convert(CHECKPOINT, "refused", "--pooling", "average"), "SSL3D_KERAS_OPTION_CONTRADICTS");
    await expectRefused(await convert(CHECKPOINT, "refused", "--task", "rotation"), "SSL3D_KERAS_OPTION_CONTRADICTS");
    await expectRefused(await convert(CHECKPOINT, "refused", "--task", "puzzle"), "--task");
    await expectRefused(await convert(CHECKPOINT, "refused", "--activation", "softmax"), "SSL3D_KERAS_OPTION_CONTRADICTS");
    await expectRefused(await convert(CHECKPOINT, "refused", "--activation", "elu"), "--activation");
  });

  it("keeps what is no conversion, and a conversion unless told to overwrite it", async () => {
    await mkdir(join(folder, "mine"));
    await writeFile(join(folder, "mine", "notes.txt"), "keep me");
    const refused = await convert(CHECKPOINT, "mine");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("SSL3D_CONVERSION_EXISTS") as string });
    expect(await readdir(join(folder, "mine"))).toEqual(["notes.txt"]);
    expect((await convert(CHECKPOINT, "mine", "--overwrite")).code).toBe(2);
    expect(await readdir(join(folder, "mine"))).toEqual(["notes.txt"]);

    expect((await convert(CHECKPOINT, "again")).code).toBe(0);
    await writeFile(join(folder, "again", "stale.txt"), "of the first conversion");
    expect((await convert(CHECKPOINT, "again")).stderr).toContain("add --overwrite");
    expect((await convert(CHECKPOINT, "again", "--overwrite")).code).toBe(0);
    expect(await readdir(join(folder, "again"))).not.toContain("stale.txt");
  });
});

/** The values of the first kernel as they lie in the checkpoint. */
async function convertedWeight(): Promise<Float32Array> {
  const { readKerasCheckpoint } = await import("@ssl3d/zoo");
  const { groups } = await readKerasCheckpoint(new Uint8Array(await readFile(CHECKPOINT)), "the checkpoint");
  return groups.flatMap((group) => group.tensors)[0]!.data.slice(0, 4);
}
