import { decodeSafetensors, encodeSafetensors, sha256 } from "@ssl3d/core";
import { env } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { convertKeras } from "../convert-keras.js";
import type { KerasGroup } from "../hdf5/keras-checkpoint.js";
import { readKerasCheckpoint } from "../hdf5/read-keras-checkpoint.js";
import type { ConvertOptions } from "../keras/recognised.js";
import { makeFolder, type FolderRequest } from "./testing/make-folder.js";
import { toKeras } from "./to-keras.js";
import { writeKerasWeights } from "./write-keras-weights.js";

const unet = (options: object = {}): FolderRequest["encoder"] => ({ name: "unet", options: { filters: 2, levels: 1, ...options } });
const small = { widths: [6, 4] };
const cube = [8, 8, 8];
const densenet = { name: "densenet", options: { blocks: [1, 2], growth: 2, stem: 4 } };

/** One network of each kind, the groups with weights that the original's builders give it, and what to say of the bare weights file. */
const NETWORKS: readonly [string, FolderRequest, readonly string[], ConvertOptions?][] = [
  [
    "an encoder of volumes",
    { rank: 3, channels: 2, encoder: unet() },
    ["conv3d", "batch_normalization", "conv3d_1", "batch_normalization_1", "conv3d_2", "batch_normalization_2", "conv3d_3", "batch_normalization_3"],
  ],
  ["an encoder of images without normalisation", { rank: 2, channels: 1, encoder: unet({ batchNorm: false, dropout: 0, pooling: "none" }) }, ["conv2d", "conv2d_1", "conv2d_2", "conv2d_3"]],
  ["rotation", { rank: 3, channels: 1, encoder: unet(), part: { plugin: "task", name: "rotation", options: small, inputSize: cube } }, ["model", "model_1", "dense"], { task: "rotation" }],
  [
    "rpl",
    { rank: 3, channels: 1, encoder: unet(), part: { plugin: "task", name: "rpl", options: { ...small, patchJitter: 0 }, inputSize: [12, 12, 12] } },
    ["model_1", "model_2", "dense_2"],
    { task: "rpl" },
  ],
  [
    "jigsaw of images",
    { rank: 2, channels: 1, encoder: unet(), part: { plugin: "task", name: "jigsaw-2d", options: { ...small, patchJitter: 0 }, inputSize: [12, 12] } },
    ["time_distributed", "model_1", "dense_2"],
    { task: "jigsaw", patchesPerSide: 3 },
  ],
  [
    "cpc",
    { rank: 3, channels: 1, encoder: unet(), part: { plugin: "task", name: "cpc", options: { loss: "pairs", codeSize: 5, contextSize: 4 }, inputSize: [16, 16, 16] } },
    ["time_distributed", "gru", "dense_1", "dense_2", "time_distributed_1"],
    { patchesPerSide: 4 },
  ],
  [
    "exemplar",
    { rank: 3, channels: 1, encoder: unet(), part: { plugin: "task", name: "exemplar", options: { projection: "separate", codeSize: 5 }, inputSize: cube } },
    ["model", "dense", "dense_1", "dense_2"],
  ],
  [
    "a fine-tuned U-Net",
    { rank: 3, channels: 1, encoder: unet({ levels: 2 }), part: { plugin: "head", name: "segmentation", options: { labelValues: [0, 1, 2] }, inputSize: cube } },
    [...Array.from({ length: 6 }, (_, index) => [index === 0 ? "conv3d" : `conv3d_${index}`, index === 0 ? "batch_normalization" : `batch_normalization_${index}`]).flat(), "model_3"],
  ],
  [
    "grades on a DenseNet",
    { rank: 2, channels: 3, encoder: densenet, part: { plugin: "head", name: "grading", options: { classes: 5, architecture: "plain", widths: [6] }, inputSize: [32, 32] } },
    // conv1/conv and conv1/bn, three dense layers of four, and what joins and ends the blocks
    ["conv1/conv", "conv1/bn", "conv2_block1_0_bn", "conv2_block1_1_conv", "conv2_block1_1_bn", "conv2_block1_2_conv", "pool2_bn", "pool2_conv"]
      .concat(["1", "2"].flatMap((layer) => ["0_bn", "1_conv", "1_bn", "2_conv"].map((kind) => `conv3_block${layer}_${kind}`)))
      .concat(["bn", "model"]),
  ],
];

// tfjs would print an advertisement for its other backends
env().set("IS_TEST", true);

const weighted = (groups: readonly KerasGroup[]): string[] => groups.filter(({ tensors }) => tensors.length > 0).map(({ name }) => name);

/** The same weights as a session gives them in which other layers were made before: other numbers behind the names. */
function fromLaterSession(groups: readonly KerasGroup[]): KerasGroup[] {
  const later = (name: string): string => name.replace(/(\d+)?$/, (number) => (number === "" ? "_7" : `${Number(number) + 20}`));
  return groups.map(({ name, tensors }) => ({
    name: /^(conv\d?d|batch|dense|model|time|gru|input)/.test(name) ? later(name) : name,
    tensors: tensors.map((tensor) => {
      const [layer = "", ...role] = tensor.name.split("/");
      return { ...tensor, name: [/^(conv\dd|batch|dense|gru)/.test(layer) ? later(layer) : layer, ...role].join("/") };
    }),
  }));
}

describe("toKeras", () => {
  it.each(NETWORKS)("gives %s the layers of the original's builders, which convertKeras reads back bit for bit", async (_, request, names, options) => {
    const folder = await makeFolder(request);
    const { bytes, report } = await toKeras(folder, "folder");
    expect(report.layout).toBe("canonical");
    expect(weighted((await readKerasCheckpoint(bytes, "file")).groups)).toEqual(names);
    const { files } = await convertKeras(bytes, "file", options);
    for (const path of Object.keys(folder).filter((file) => file.endsWith(".safetensors"))) expect(files[path], path).toEqual(folder[path]);
  });

  it.each(NETWORKS)("gives back the file that %s came from: groups, names, order and bits", async (_, request, __, options) => {
    const { groups } = await readKerasCheckpoint((await toKeras(await makeFolder(request), "folder")).bytes, "file");
    const source = fromLaterSession(groups);
    const { files } = await convertKeras(await writeKerasWeights(source, "2.3.1"), "source", options);
    const { bytes, report } = await toKeras(files, "converted");
    expect(report).toMatchObject({ layout: "source", keras: "2.3.1" });
    const back = await readKerasCheckpoint(bytes, "back");
    expect(back.groups).toEqual(source);
    expect(back.kerasVersion).toBe("2.3.1");
  });

  it("keeps the order of a network that was frozen when it was saved", async () => {
    const { groups } = await readKerasCheckpoint((await toKeras(await makeFolder(NETWORKS[2]![1]), "folder")).bytes, "file");
    // layer by layer instead of the moving statistics last
    const layerOf = (name: string): string => name.split("/")[0]!;
    const source = groups.map(({ name, tensors }) => {
      const layers = [...new Set(tensors.map((tensor) => layerOf(tensor.name)))];
      return { name, tensors: layers.flatMap((layer) => tensors.filter((tensor) => layerOf(tensor.name) === layer)) };
    });
    expect(source).not.toEqual(groups);
    const { files } = await convertKeras(await writeKerasWeights(source, "2.2.4-tf"), "source", { task: "rotation" });
    expect((await readKerasCheckpoint((await toKeras(files, "converted")).bytes, "back")).groups).toEqual(source);
  });

  it("writes the weights that the folder has now, also those that a file stores twice", async () => {
    const [, request, , options] = NETWORKS[5]!;
    const { files } = await convertKeras((await toKeras(await makeFolder(request), "folder")).bytes, "source", options);
    const arrays = decodeSafetensors(files["weights.safetensors"] as Uint8Array, "weights").tensors;
    const trained = encodeSafetensors(new Map([...arrays].map(([name, { data, shape }]) => [name, { data: Float32Array.from(data, (value) => 2 * value), shape }])));
    const contract = JSON.parse(files["contract.json"] as string) as { weights: object };
    const changed = { ...files, "weights.safetensors": trained, "contract.json": JSON.stringify({ ...contract, weights: { ...contract.weights, sha256: await sha256(trained) } }) };
    const [before, after] = await Promise.all([files, changed].map(async (content) => (await readKerasCheckpoint((await toKeras(content, "folder")).bytes, "file")).groups));
    for (const name of ["time_distributed", "time_distributed_1"]) {
      const kernel = (groups: readonly KerasGroup[]): Float32Array => groups.find((group) => group.name === name)!.tensors[0]!.data;
      expect(kernel(after!)).toEqual(kernel(before!).map((value) => 2 * value));
    }
  });

  it("numbers the layers of Inception networks in the order of their making, and lists them in Keras' order", async () => {
    const { report } = await toKeras(await makeFolder({ rank: 2, channels: 3, encoder: { name: "inception-v3", options: { width: 0.05, pooling: "max" } } }), "folder");
    const convolutions = report.groups.map(({ group }) => group).filter((group) => group.startsWith("conv2d"));
    // as Keras applications list theirs
    expect(convolutions.slice(0, 9)).toEqual(["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "conv2d_4", "conv2d_8", "conv2d_6", "conv2d_9", "conv2d_5"]);
    expect(report.groups.at(-1)).toEqual({ group: "global_max_pooling2d", weights: 0 });
    expect(report.warnings).toEqual([expect.stringContaining("0.05 of the published channels")]);
  });

  it("tells the original's configuration for the network", async () => {
    const { report } = await toKeras(await makeFolder(NETWORKS[4]![1]), "folder");
    expect(report.configuration).toEqual({
      algorithm: "jigsaw",
      data_dim: 12,
      data_is_3D: false,
      number_channels: 1,
      enc_filters: 2,
      num_layers: 1,
      pooling: "max",
      model_params: { use_batch_norm: true, dropout: 0.5, dropout_change_per_layer: 0 },
      patches_per_side: 3,
      patch_jitter: 0,
    });
  });

  it.each<[string, FolderRequest, string]>([
    ["a residual encoder", { rank: 3, channels: 1, encoder: { name: "residual", options: { filters: [2, 4], blocks: [1, 1] } } }, 'the encoder "residual"'],
    ["another epsilon", { rank: 3, channels: 1, encoder: unet({ batchNormEpsilon: 1e-5 }) }, "epsilon of 0.00001"],
    [
      "a shared projection",
      { rank: 3, channels: 1, encoder: unet(), part: { plugin: "task", name: "exemplar", options: { projection: "shared", codeSize: 5 }, inputSize: cube } },
      "one layer for the codes",
    ],
    ["images that are no cubes", { rank: 3, channels: 1, encoder: unet(), part: { plugin: "task", name: "rotation", options: small, inputSize: [8, 8, 12] } }, "8 x 8 x 12 voxels"],
    ["a classifier on the U-Net", { rank: 3, channels: 1, encoder: unet(), part: { plugin: "head", name: "classification", options: {}, inputSize: cube } }, "whole images on the U-Net"],
    ["a decoder on a DenseNet", { rank: 2, channels: 1, encoder: densenet, part: { plugin: "head", name: "segmentation", options: {}, inputSize: [32, 32] } }, "a decoder on the encoder"],
    [
      "a head on flattened features",
      { rank: 2, channels: 1, encoder: densenet, part: { plugin: "head", name: "grading", options: { features: "flatten" }, inputSize: [32, 32] } },
      "flattened features",
    ],
  ])("refuses %s, and says why", async (_, request, what) => {
    await expect(toKeras(await makeFolder(request), "folder")).rejects.toMatchObject({ code: "SSL3D_KERAS_CANNOT_HOLD", message: expect.stringContaining(what) as string });
  });

  it("refuses tasks that the original does not have", async () => {
    const folder = await makeFolder(NETWORKS[2]![1]);
    const task = { ...(JSON.parse(folder["task/task.json"] as string) as object), name: "masked" };
    await expect(toKeras({ ...folder, "task/task.json": JSON.stringify(task) }, "folder")).rejects.toMatchObject({ code: "SSL3D_KERAS_CANNOT_HOLD" });
  });

  it("refuses folders whose parts do not belong together", async () => {
    const folder = await makeFolder(NETWORKS[0]![1]);
    const other = await makeFolder({ ...NETWORKS[0]![1], encoder: unet({ levels: 2 }) });
    const differs = { code: "SSL3D_KERAS_WEIGHTS_DIFFER" };
    await expect(toKeras({ ...folder, "weights.safetensors": other["weights.safetensors"]! }, "folder")).rejects.toMatchObject(differs);
    const contract = JSON.parse(folder["contract.json"] as string) as { architecture: { options: object } };
    const deeper = { ...contract, architecture: { ...contract.architecture, options: { ...contract.architecture.options, levels: 2 } } };
    await expect(toKeras({ ...folder, "contract.json": JSON.stringify(deeper) }, "folder")).rejects.toMatchObject(differs);
    const { files } = await convertKeras((await toKeras(folder, "folder")).bytes, "source");
    await expect(toKeras({ ...other, "conversion.json": files["conversion.json"]! }, "folder")).rejects.toMatchObject({ ...differs, fix: expect.stringContaining("delete conversion.json") as string });
    const without = Object.fromEntries(Object.entries(folder).filter(([path]) => path !== "weights.safetensors"));
    await expect(toKeras(without, "folder")).rejects.toMatchObject({ code: "SSL3D_KERAS_FOLDER_INCOMPLETE" });
    await expect(toKeras({}, "folder")).rejects.toMatchObject({ code: "SSL3D_KERAS_FOLDER_INCOMPLETE" });
  });
});

it("writes the encoder alone where its conversion left the task's layers out, and says so", async () => {
  const encoder = await toKeras(await makeFolder({ rank: 2, channels: 1, encoder: unet() }), "folder");
  const { groups } = await readKerasCheckpoint(encoder.bytes, "encoder.hdf5");
  const dense = { name: "dense", tensors: [{ name: "dense/kernel:0", shape: [16, 100], data: new Float32Array(1600) }, { name: "dense/bias:0", shape: [100], data: new Float32Array(100) }] };
  const puzzle = await writeKerasWeights([...groups, { name: "flatten", tensors: [] }, dense], "2.2.4-tf");
  const { files, report } = await convertKeras(puzzle, "puzzle.hdf5");
  expect(report.warnings[0]).toMatch(/^2 tensors behind the encoder were left out: a puzzle of 4 pieces/);
  const back = await toKeras(files, "converted");
  expect(back.report).toMatchObject({ layout: "canonical", warnings: [expect.stringContaining("the encoder alone") as string] });
  expect((await readKerasCheckpoint(back.bytes, "back.hdf5")).groups.flatMap(({ tensors }) => tensors)).toEqual(groups.flatMap(({ tensors }) => tensors));
});
