import { createRandom } from "@ssl3d/core";
import { createVolume, writeNpy, writePng } from "@ssl3d/data";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { call, writeBytes, writeCase } from "./testing/command.js";

let folder = "";
beforeAll(async () => {
  vi.stubEnv("SSL3D_ENGINE", "cpu");
  folder = await mkdtemp(join(tmpdir(), "ssl3d-original-"));
  for (let index = 0; index < 10; index++) {
    const id = `case${index}`;
    const random = createRandom(id);
    await writeCase(join(folder, "scans"), id);
    const pixels = Uint8Array.from({ length: 144 * 3 }, () => random.integer(0, 256));
    await writeBytes(join(folder, "eyes", `${id}.png`), writePng(createVolume({ voxels: pixels, size: [12, 12], channels: 3 })));
    const voxels = Float32Array.from({ length: 512 }, () => random.normal());
    await writeBytes(join(folder, "arrays", `${id}.npy`), writeNpy({ data: voxels, shape: [8, 8, 8, 1] }));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const unet = { enc_filters: 2, num_layers: 1, top_architecture: "simple_multiclass", lr: 1e-4, val_split: 0.05 };
const volumes = { ...unet, algorithm: "rotation", data_dir: "arrays", dataset_name: "pancreas3d", data_is_3D: true, data_dim: 8, number_channels: 1, batch_size: 5, epochs: 2 };
const images = {
  ...unet,
  algorithm: "rpl",
  data_dir: "eyes/",
  dataset_name: "kaggle_retina",
  train_data_generator_args: { augment: true, shuffle: true },
  data_dim: 12,
  patches_per_side: 2,
  patch_jitter: 1,
  batch_size: 5,
  epochs: 1,
};

/** Runs `ssl3d pretrain --original` on a configuration. */
async function pretrain(name: string, config: object, ...args: readonly string[]): Promise<Awaited<ReturnType<typeof call>>> {
  await writeBytes(join(folder, `${name}.json`), JSON.stringify(config));
  return await call(folder, "pretrain", "--original", `${name}.json`, ...args);
}

async function json(...path: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, ...path), "utf8")) as Record<string, unknown>;
}

describe("pretrain --original", () => {
  it("runs a 3D configuration on arrays for its epochs, and keeps it as one of ssl3d", async () => {
    const { code, stderr, stdout } = await pretrain("arrays", volumes, "--workers", "0");
    expect(stderr).not.toContain("Error");
    expect(code).toBe(0);
    expect(stderr).toMatch(/arrays\.json: rotation in 3D/);
    expect(stderr.match(/ignored.*/g)).toEqual(["ignored, as by the original's code: val_split (the key is train_val_split, the share that is trained on)"]);
    expect(stderr).toContain("2 epochs × 2 (9 training cases in batches of 5) = 4 steps");
    expect(stderr).not.toContain("number_channels");
    expect(stdout).toContain(join("runs", "rotation_pancreas3d", "encoder"));
    const kept = await json("runs", "rotation_pancreas3d", "config.json");
    expect(kept).toMatchObject({ task: { name: "rotation" }, training: { steps: 4, validateEvery: 2, batchSize: 5 }, encoder: { options: { filters: 2 } } });

    const again = await call(folder, "pretrain", join("runs", "rotation_pancreas3d", "config.json"), "--output", "again");
    expect(again.code).toBe(0);
    const sums = [];
    for (const run of [["runs", "rotation_pancreas3d"], ["again"]]) sums.push((await json(...run, "encoder", "contract.json"))["weights"]);
    expect(sums[1]).toEqual(sums[0]);
  });

  it("runs a 2D configuration on pictures, smaller by the command line", async () => {
    const { code, stderr } = await pretrain("eyes", images, "--steps", "1", "--output", "eyes-run", "--workers", "0");
    expect(stderr).not.toContain("Error");
    expect(code).toBe(0);
    expect(stderr).toContain("not taken over: train_data_generator_args.augment");
    expect(stderr).toContain("corrected: Intensities");
    expect(stderr).toContain("1 step as --steps says, instead of 1 epoch × 2 (9 training cases in batches of 5) = 2 steps");
    expect(await json("eyes-run", "encoder", "contract.json")).toMatchObject({ rank: 2, patchSize: [12, 12], inputChannels: ["channel 0", "channel 1", "channel 2"] });
  });

  it("runs on NIfTI volumes of another size and number of channels, and on their slices", async () => {
    const options = ["--data", "scans", "--dataset", "nifti-folder", "--label-folder", "labels", "--steps", "1", "--workers", "0"];
    const scans = await pretrain("scans", { ...volumes, data_dim: 10, number_channels: 2 }, ...options, "--output", "scans-run");
    expect(scans.stderr).not.toContain("Error");
    expect(scans.stderr).toContain("volumes are resampled to 0.8 mm and cropped or padded to 10 voxels a side");
    expect(scans.stderr).toContain("number_channels says 2, the images have 1: the encoder takes 1");
    expect((await json("scans-run", "config.json"))["data"]).toMatchObject({ preprocessing: { size: [10, 10, 10], normalisation: "min-max" } });
    const flat = { ...images, dataset_name: "pancreas2d", train_data_generator_args: { shuffle: true }, data_dim: 8, number_channels: 1, patch_jitter: 0 };
    const slices = await pretrain("slices", flat, ...options, "--slices", "axial", "--output", "slices-run");
    expect(slices.stderr).not.toContain("Error");
    expect((await json("slices-run", "encoder", "contract.json"))["slices"]).toMatchObject({ axis: "axial" });
  });

  it("prints what it would run, and trains nothing", async () => {
    const { code, stdout } = await pretrain("printed", volumes, "--print-config", "--output", "nowhere", "--learning-rate", "0.5");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output: "nowhere", training: { steps: 4, learningRate: 0.5 }, data: { dataset: { name: "npy-folder" } } });
    await expect(json("nowhere", "config.json")).rejects.toThrow("ENOENT");
  });

  it("says what is wrong, with exit code 2", async () => {
    const codes: [Awaited<ReturnType<typeof call>>, string][] = [
      [await pretrain("misspelt", { ...volumes, enc_filter: 4 }), "SSL3D_CONFIG_UNKNOWN_KEY: misspelt.json"],
      [await pretrain("elsewhere", { ...volumes, data_dir: "/nowhere/at/all" }), "SSL3D_ORIGINAL_DATA: elsewhere.json"],
      [await pretrain("list", []), "SSL3D_USAGE: The configuration list.json is no object"],
      [await call(folder, "pretrain", "misspelt.json"), "Give it as --original misspelt.json"],
      [await call(folder, "pretrain", "misspelt.json", "--original", "misspelt.json"), "Give one of them"],
    ];
    for (const [{ code, stderr }, text] of codes) {
      expect(stderr).toContain(text);
      expect(code).toBe(2);
    }
  });
});
