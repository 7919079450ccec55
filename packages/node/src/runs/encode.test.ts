import { createRandom, preprocessingOptions, sha256, validate, type Affine } from "@ssl3d/core";
import { createVolume, readNpy, writeNifti, writeNpy } from "@ssl3d/data";
import { unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverPlugins } from "../plugins/discover.js";
import { cpu } from "../engine/cpu.js";
import { describeEncoder } from "./describe-encoder.js";
import { encode } from "./encode.js";
import { loadEncoder, saveEncoder } from "./encoder-folder.js";
import { usePlugin } from "./use-plugin.js";

// This package itself depends on @ssl3d/nn, whose encoders are used here.
const bundled = [fileURLToPath(new URL("../..", import.meta.url))];
const options = { cwd: tmpdir(), bundled };
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-encode-"));
  await cpu.activate({});
  const { plugins } = await discoverPlugins(options);
  const architecture = await usePlugin(plugins, "encoder", { name: "unet", options: { filters: 2, levels: 2 } });
  const encoder = unetEncoder.build({
    rank: 3,
    channels: 1,
    options: unetEncoderOptions.parse(architecture.options),
    random: createRandom(3),
  });
  await saveEncoder(
    join(folder, "encoder"),
    encoder,
    describeEncoder({
      encoder,
      architecture,
      shape: { rank: 3, size: [8, 8, 8], channels: 1 },
      preprocessing: validate(preprocessingOptions, {}, "test"),
      provenance: {
        task: null,
        dataset: "none",
        cases: 0,
        steps: 0,
        seed: 3,
        engine: { name: "cpu", version: "1", precision: "float32", threads: 1, reason: "test", passed: [] },
        citations: [],
      },
    }),
  );
  encoder.dispose();
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The same head, stored along other axes. */
async function writeScan(name: string, affine: Affine, flipWidth: boolean): Promise<string> {
  const voxels = new Float32Array(8 * 8 * 8);
  const random = createRandom("scan");
  for (let row = 0; row < 64; row++) {
    const values = Array.from({ length: 8 }, () => random.normal());
    (flipWidth ? values.reverse() : values).forEach((value, i) => (voxels[row * 8 + i] = value));
  }
  const path = join(folder, name);
  await writeFile(path, await writeNifti(createVolume({ voxels, size: [8, 8, 8], affine })));
  return path;
}

async function features(input: string, level = "bottleneck"): Promise<ReturnType<typeof readNpy>> {
  const output = join(folder, `${level}.npy`);
  await encode({ encoder: join(folder, "encoder"), input: [input], output, level, engine: "cpu" }, options);
  return readNpy(await readFile(output));
}

describe("encode", () => {
  it("gives the same features however a volume is stored, and others for its mirror image", async () => {
    const ras = await writeScan("ras.nii.gz", [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], false);
    const las = await writeScan("las.nii.gz", [-1, 0, 0, 7, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], true);
    const mirrored = await writeScan("mirror.nii.gz", [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], true);
    const expected = await features(ras);
    expect(expected.shape).toEqual([1, 2, 2, 2, 8]);
    expect((await features(las)).data).toEqual(expected.data);
    expect((await features(mirrored)).data).not.toEqual(expected.data);
  });

  it("pads an oblique volume of odd size to what the encoder divides", async () => {
    const c = Math.cos(0.3);
    const s = Math.sin(0.3);
    const path = join(folder, "oblique.nii");
    const volume = createVolume({ voxels: new Float32Array(5 * 6 * 7).fill(1), size: [5, 6, 7], affine: [c, -s, 0, 1, s, c, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1] });
    await writeFile(path, await writeNifti(volume, { compress: false }));
    expect((await features(path, "0")).shape).toEqual([1, 8, 8, 8, 2]);
  });

  it("gives an NPY batch to the encoder as it is, and takes every level", async () => {
    const path = join(folder, "batch.npy");
    const data = Float32Array.from({ length: 2 * 512 }, (_, index) => Math.sin(index));
    await writeFile(path, writeNpy({ data, shape: [2, 8, 8, 8, 1] }));
    const { plugins } = await discoverPlugins(options);
    const { encoder } = await loadEncoder(join(folder, "encoder"), plugins);
    const image = tf.tensor(data, [2, 8, 8, 8, 1]);
    const { pyramid, pooled, output } = encoder.forward(image, { training: false });
    for (const [level, tensor] of [["0", pyramid[0]], ["1", pyramid[1]], ["bottleneck", pyramid[2]], ["pooled", pooled], ["output", output]] as const) {
      const { data: values, shape } = await features(path, level);
      expect(shape).toEqual(tensor?.shape);
      (tensor as tf.Tensor).dataSync().forEach((value, index) => expect(values[index]).toBeCloseTo(value, 5));
    }
    tf.dispose([image, ...pyramid, pooled, output]);
    encoder.dispose();
  });

  it("takes sizes that the strides do not divide, as Keras' pooling does, and refuses only images that are pooled away", async () => {
    const path = join(folder, "odd.npy");
    const { plugins } = await discoverPlugins(options);
    const { encoder } = await loadEncoder(join(folder, "encoder"), plugins);
    const wave = (index: number): number => Math.sin(index);
    const cut = (size: readonly number[]): Float32Array => Float32Array.from({ length: size.reduce((a, b) => a * b, 1) }, (_, index) => wave(index));
    await writeFile(path, writeNpy({ data: cut([2, 13, 9, 11]), shape: [2, 13, 9, 11, 1] }));
    const expected = tf.tidy(() => encoder.forward(tf.tensor(cut([2, 13, 9, 11]), [2, 13, 9, 11, 1]), { training: false }).output);
    const { data, shape } = await features(path, "output");
    expect(shape).toEqual([2, 1, 1, 1, 8]);
    expect([...data]).toEqual([...expected.dataSync()]);
    expected.dispose();
    encoder.dispose();
    await writeFile(path, writeNpy({ data: cut([1, 16, 7, 8]), shape: [1, 16, 7, 8, 1] }));
    await expect(features(path, "output")).rejects.toMatchObject({
      code: "SSL3D_IMAGE_POOLED_AWAY",
      message: `Expected images of at least 8 voxels along every axis, which this encoder pools to one; received [16, 7, 8] in ${path}.`,
    });
    await writeFile(path, writeNpy({ data: cut([1, 8, 8, 8]).fill(NaN, 65, 66), shape: [1, 8, 8, 8, 1] }));
    await expect(features(path)).rejects.toThrow(`${path}, but it holds NaN at [0, 1, 0, 1, 0]`);
  });

  it("refuses an unknown level, wrong channels and a damaged weights file", async () => {
    const path = join(folder, "wrong.npy");
    await writeFile(path, writeNpy({ data: new Float32Array(1024), shape: [1, 8, 8, 8, 2] }));
    await expect(features(path)).rejects.toMatchObject({ code: "SSL3D_CHANNELS_MISMATCH" });
    await expect(features(path, "7")).rejects.toMatchObject({ code: "SSL3D_LEVEL_UNKNOWN" });
    const weights = join(folder, "encoder", "weights.safetensors");
    const bytes = await readFile(weights);
    const sum = await sha256(bytes);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await writeFile(weights, bytes);
    await expect(features(path)).rejects.toMatchObject({ code: "SSL3D_HASH_MISMATCH", facts: { expected: sum } });
  });
});
