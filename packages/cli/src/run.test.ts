import { createRandom, encodeSafetensors, sha256 } from "@ssl3d/core";
import { readNpy, writeNpy } from "@ssl3d/data";
import { discoverPlugins, loadTask } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, tinyPretrain, writeBytes, writeCase, type Finished } from "./testing/command.js";
import { PACKAGE_FOLDER } from "./version.js";

const SHAPE = [3, 8, 8, 8, 1];

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-run-"));
  for (const id of ["a", "b", "c"]) await writeCase(join(folder, "scans"), id);
  const { data, ...rest } = tinyPretrain(2);
  const shared = { data, workers: 0, validationFraction: 0, training: { steps: 2 } };
  await writeBytes(join(folder, "pretrain.json"), JSON.stringify({ ...rest, ...shared, probe: null, output: "pretrained" }));
  await writeBytes(join(folder, "finetune.json"), JSON.stringify({ ...shared, encoder: "pretrained", output: "finetuned" }));
  for (const job of ["pretrain", "finetune"]) expect((await call(folder, job, `${job}.json`)).code).toBe(0);
  await writeArray("images", SHAPE);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function writeArray(name: string, shape: readonly number[], change?: (data: Float32Array) => void): Promise<Float32Array> {
  const random = createRandom(name);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
  change?.(data);
  await writeBytes(join(folder, `${name}.npy`), writeNpy({ data, shape }));
  return data;
}

async function runs(model: string, ...inputs: readonly string[]): Promise<{ data: Float32Array; shape: readonly number[]; said: Record<string, unknown> }> {
  const finished = await call(folder, "run", model, ...inputs.flatMap((input) => ["--input", `${input}.npy`]), "--output", "out.npy", "--json");
  expect(finished.stderr).toBe("");
  const { data, shape } = readNpy(await readFile(join(folder, "out.npy")));
  const said = JSON.parse(finished.stdout) as Record<string, unknown>;
  expect(said["shape"]).toEqual(shape);
  return { data: data as Float32Array, shape, said };
}

async function refused(...args: readonly string[]): Promise<Finished> {
  const finished = await call(folder, "run", ...args, "--output", "refused.npy");
  expect(finished.code).toBe(2);
  expect(await readdir(folder)).not.toContain("refused.npy");
  return finished;
}

describe("ssl3d run", () => {
  it("answers with the probabilities of a pretraining run's task, whose logarithms are its loss", async () => {
    const { data, shape, said } = await runs("pretrained", "images");
    expect(said).toMatchObject({ kind: "task", name: "rotation", output: "out.npy" });
    expect(shape).toEqual([3, 10]);
    const { plugins } = await discoverPlugins({ cwd: folder, bundled: [PACKAGE_FOLDER] });
    const { trainable, encoder } = await loadTask(join(folder, "pretrained"), plugins);
    const image = tf.tensor(readNpy(await readFile(join(folder, "images.npy"))).data, SHAPE);
    for (let label = 0; label < 10; label++) {
      const tensors = { image, label: tf.tensor1d([label, label, label], "int32") };
      const { loss, metrics } = trainable.step({ tensors, caseIds: ["a", "b", "c"] }, { training: false });
      const own = [0, 1, 2].map((row) => -Math.log(data[10 * row + label]!) / 3);
      expect(loss.dataSync()[0]).toBeCloseTo(own.reduce((a, b) => a + b, 0), 4);
      tf.dispose([tensors.label, loss, metrics]);
    }
    tf.dispose(image);
    trainable.dispose();
    encoder.dispose();
  });

  it("answers with the class probabilities of every voxel where there is a head", async () => {
    const { data, shape, said } = await runs("finetuned", "images");
    expect(said).toMatchObject({ kind: "head", name: "segmentation" });
    expect(shape).toEqual([3, 8, 8, 8, 2]);
    for (let voxel = 0; voxel < data.length; voxel += 2) expect(data[voxel]! + data[voxel + 1]!).toBeCloseTo(1, 5);
  });

  it("answers with the encoder's output where there is no more", async () => {
    const { data, shape, said } = await runs(join("pretrained", "encoder"), "images");
    expect(said).toMatchObject({ kind: "encoder", name: "unet" });
    expect((await call(folder, "encode", "--encoder", "pretrained", "--input", "images.npy", "--output", "features.npy")).code).toBe(0);
    const features = readNpy(await readFile(join(folder, "features.npy")));
    expect(shape).toEqual(features.shape);
    expect(data).toEqual(features.data);
  });

  it("computes fully connected layers that came without an encoder", async () => {
    const features = await writeArray("features", [5, 3]);
    const random = createRandom("layers");
    const array = (...shape: number[]): { data: Float32Array; shape: number[] } => ({ data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape });
    const [hidden, bias, top, offset] = [array(3, 4), array(4), array(4, 2), array(2)] as const;
    const bytes = encodeSafetensors(new Map([["head/dense1/kernel", hidden], ["head/dense1/bias", bias], ["head/top/kernel", top], ["head/top/bias", offset]]));
    const options = { inputs: 3, widths: [4], batchNorm: false, dropout: 0.5, top: { outputs: 2, activation: "sigmoid" } };
    const description = { formatVersion: 1, package: "@ssl3d/nn", name: "dense", options, inputSize: [], weights: { file: "weights.safetensors", sha256: await sha256(bytes) } };
    await writeBytes(join(folder, "layers", "head", "weights.safetensors"), bytes);
    await writeBytes(join(folder, "layers", "head", "head.json"), JSON.stringify(description));
    const { data, shape, said } = await runs("layers", "features");
    expect(said).toMatchObject({ kind: "layers", name: "dense" });
    expect(shape).toEqual([5, 2]);
    for (let row = 0; row < 5; row++) {
      const inner = [0, 1, 2, 3].map((j) => Math.max(0, [0, 1, 2].reduce((sum, i) => sum + features[3 * row + i]! * hidden.data[4 * i + j]!, bias.data[j]!)));
      for (const out of [0, 1]) {
        const logit = inner.reduce((sum, value, j) => sum + value * top.data[2 * j + out]!, offset.data[out]!);
        expect(data[2 * row + out]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
      }
    }
    await writeArray("wide", [5, 4]);
    expect((await refused("layers", "--input", "wide.npy")).stderr).toContain("takes [batch, 3]; received wide.npy with [5, 4]");
  });

  it("says which array is wrong, and what is expected", async () => {
    await writeArray("colour", [3, 8, 8, 8, 3]);
    await writeArray("flat", [3, 8, 8, 1]);
    await writeArray("four", [4, 8, 8, 8, 1]);
    await writeArray("small", [3, 8, 4, 8, 1]);
    await writeArray("tiny", [3, 8, 3, 8, 1]);
    await writeArray("nan", SHAPE, (data) => (data[513] = NaN));
    const encoder = join("pretrained", "encoder");
    const faults: [readonly string[], string][] = [
      [["finetuned", "--input", "colour.npy"], "The network of segmentation takes [batch, depth, height, width, 1]; received colour.npy with [3, 8, 8, 8, 3]"],
      [["finetuned", "--input", "flat.npy"], "received flat.npy with [3, 8, 8, 1]"],
      [["finetuned", "--input", "images.npy", "--input", "images.npy"], "received images.npy with [3, 8, 8, 8, 1] and images.npy with"],
      [["pretrained", "--input", "small.npy"], "The network of rotation takes [batch, 8, 8, 8, 1]; received small.npy with [3, 8, 4, 8, 1]"],
      [["pretrained", "--input", "images.npy", "--input", "four.npy"], "Expected as many examples in four.npy as in images.npy, 3; received 4"],
      [["pretrained", "--input", "images.npy", "--input", "images.npy"], "The network of rotation takes [batch, 8, 8, 8, 1]; received images.npy"],
      [[encoder, "--input", "nan.npy"], "nan.npy, but it holds NaN at [1, 0, 0, 1, 0]"],
      [[encoder, "--input", "tiny.npy"], "Expected images of at least 4 voxels along every axis"],
      [["finetuned", "--input", join("scans", "a.nii.gz")], "expected an array in a .npy file"],
      [["pretrained", "--task", "jigsaw", "--input", "images.npy"], 'holds no layers of a proxy task "jigsaw", but of rotation'],
      [["scans", "--input", "images.npy"], "There is no encoder in scans"],
    ];
    for (const [args, message] of faults) expect((await refused(...args)).stderr).toContain(message);
  });
});
