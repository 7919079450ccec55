import { DEFAULT_PLUGINS, pretrainConfig, validate, type Named, type PretrainConfig } from "@ssl3d/core";
import { discoverPlugins, usePlugin } from "@ssl3d/node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BROKEN_CONFIG, PUBLISHED_CONFIGS, type PublishedConfig } from "../../testing/published-configs.js";
import { PACKAGE_FOLDER } from "../../version.js";
import { mapOriginal, type MappedOriginal } from "./map-original.js";
import { ORIGINAL_KEYS } from "./original-keys.js";
import { planEpochs } from "./plan-epochs.js";
import { shareOfSide } from "./task-keys.js";

const FILE = "some.json";
const map = (raw: PublishedConfig, layoutNamed = false): MappedOriginal => mapOriginal(raw, FILE, layoutNamed);
const resolve = (raw: PublishedConfig): PretrainConfig => validate(pretrainConfig, map(raw).config, FILE) as PretrainConfig;
const published = (name: string): PublishedConfig => PUBLISHED_CONFIGS[name] as PublishedConfig;

/** The paths of a value's leaves: "task.options.loss". */
function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

describe("published configurations", () => {
  it.each(Object.entries(PUBLISHED_CONFIGS))("%s becomes a pretraining that its plugins accept", async (name, raw) => {
    const config = resolve(raw);
    const rank = name.includes("_3d") ? 3 : 2;
    const task = config.task as Named;
    expect(task.name).toBe(`${name.split("_")[0] as string}${rank === 2 ? "-2d" : ""}`);

    const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
    const used = {
      task: await usePlugin(plugins, "task", task),
      encoder: await usePlugin(plugins, "encoder", config.encoder),
      dataset: await usePlugin(plugins, "dataset", config.data.dataset),
    };
    for (const { plugin } of Object.values(used)) expect(plugin.ranks).toContain(rank);
    const taskOptions = used.task.options as Record<string, unknown>;
    const encoderOptions = used.encoder.options as Record<string, unknown>;

    expect(config.data.path).toBe(raw["data_dir"]);
    expect(config.training.learningRate).toBe(raw["lr"]);
    expect(config.validationFraction).toBe(0.1);
    expect(config.training.optimizer).toEqual({ name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
    expect(config.output).toBe(`runs/${String(raw["algorithm"])}_${String(raw["dataset_name"])}`);
    expect(used.encoder.plugin.name).toBe(raw["encoder_architecture"] === undefined ? DEFAULT_PLUGINS.encoder : "densenet-121");
    expect(encoderOptions["pooling"]).toBe("max");
    if (raw["encoder_architecture"] === undefined)
      expect(encoderOptions).toMatchObject({ filters: 16, levels: 4, batchNorm: true, dropout: 0.5, dropoutChangePerLevel: 0 });
    if (raw["patches_per_side"] !== undefined) expect(taskOptions["patchesPerSide"]).toBe(raw["patches_per_side"]);
    if (raw["patch_jitter"] !== undefined) expect(taskOptions["patchJitter"]).toBe(raw["patch_jitter"]);
    if (raw["code_size"] !== undefined) expect(taskOptions["codeSize"]).toBe(1024);
    if (name.startsWith("exemplar")) expect(taskOptions).toMatchObject({ negatives: "dataset", projection: "shared" });
    if (name.startsWith("cpc")) expect(taskOptions).toMatchObject({ loss: "infonce", imageCrop: raw["crop_size"] === undefined ? 0.95 : 1, contextSize: 256 });
    if (/^(jigsaw|rotation|rpl)/.test(name)) expect(taskOptions).toMatchObject({ widths: [2048, 1024], batchNorm: true, dropout: 0.5 });
    expect(config.data.crop).toBe(raw["dataset_name"] === "ukb3d" ? 128 : null);
    // ten examples of a 2D image with 5 patches per side, 32 of a volume with 4
    const batches: Record<string, number> = { cpc_2d: 6, cpc_2d_pancreas: 26, cpc_2d_ukb: 6, cpc_3d: 1, cpc_3d_ukb: 1 };
    expect(config.training.batchSize).toBe(batches[name] ?? raw["batch_size"]);
  });

  it("tell which of their keys have no effect, what is corrected and what is not taken over", () => {
    const { ignored, notTaken, corrected } = map(published("cpc_2d"));
    expect(ignored.map((text) => text.split(" ")[0])).toEqual(["val_split", "top_architecture"]);
    expect(notTaken).toEqual([expect.stringContaining("train_data_generator_args.augment")]);
    expect(corrected.join()).toMatch(/InfoNCE.*6 for its 64.*divided them by 255/);
    expect(map(published("exemplar_3d")).corrected.join()).toContain("share one projection");
    expect(map(published("rpl_3d_ukb")).corrected).toEqual([expect.stringContaining("by channel")]);
    expect(map(published("rotation_2d")).notTaken.join()).toContain("augment_zoom_only");
    const plain = map(published("jigsaw_3d"));
    expect([plain.ignored, plain.notTaken, plain.corrected]).toEqual([[], [], []]);
  });

  it("that could not have been trained is refused with what to write", () => {
    expect(() => map(BROKEN_CONFIG)).toThrow(
      expect.objectContaining({
        code: "SSL3D_ORIGINAL_VALUE",
        message: expect.stringMatching(/some\.json.*"data_is_3D": true.*"brats".*received nothing/) as string,
        fix: expect.stringMatching(/"data_is_3D" for "train3D", "number_channels" for "n_channels", "patches_per_side" for "split_per_side"/) as string,
      }),
    );
    const { config, ignored } = map({ ...BROKEN_CONFIG, data_is_3D: true, number_channels: 4, patches_per_side: 4 });
    expect(validate(pretrainConfig, config, FILE)).toMatchObject({
      task: { name: "cpc", options: { patchesPerSide: 4, imageCrop: 0.95, codeSize: 1024 } },
      encoder: { name: "unet", options: { filters: 8, levels: 4 } },
      training: { batchSize: 2 },
    });
    expect(ignored.map((text) => text.split(" ")[0])).toEqual(["train3D", "n_channels", "embed_dim", "split_per_side"]);
  });
});

describe("mapOriginal", () => {
  const small = { algorithm: "rotation", data_dir: "scans", dataset_name: "pancreas3d", data_is_3D: true };

  it("fills in the original's defaults, which differ between tasks and ranks", () => {
    expect(resolve(small)).toMatchObject({ encoder: { options: { filters: 8 } }, training: { learningRate: 1e-4, batchSize: 2 } });
    expect(resolve({ ...small, data_is_3D: false, dataset_name: "pancreas2d" })).toMatchObject({ encoder: { options: { filters: 16 } } });
    expect(resolve({ ...small, algorithm: "rpl" })).toMatchObject({ task: { options: { patchesPerSide: 3, patchJitter: 0 } }, training: { learningRate: 1e-3 } });
    expect(resolve({ ...small, algorithm: "cpc" })).toMatchObject({ task: { options: { patchesPerSide: 7 } }, training: { learningRate: 1e-3 } });
    expect(map(small).values).toMatchObject({ epochs: 250, data_dim: 384, number_channels: 3, train_val_split: 0.9 });
  });

  it("sets what the table of keys says, and nothing else", () => {
    const reached = new Set<string>();
    for (const raw of Object.values(PUBLISHED_CONFIGS)) {
      const { values, kind, config } = map({ ...raw, save_checkpoint_every_n_epochs: 2 });
      for (const key of ORIGINAL_KEYS) {
        const set = leaves(key.convert(values, kind)).filter((path) => path !== "");
        // options of the data set belong to its layout
        for (const path of set) expect(key.sets.some((option) => path === option || path.startsWith(`${option}.`)), `${key.name}: ${path}`).toBe(true);
      }
      for (const path of [...leaves(config), ...leaves({ training: planEpochs(values, 10, 2).training })]) reached.add(path.replace(/^(data\.dataset)\..*/, "$1"));
    }
    // of the data themselves
    for (const path of ["data.preprocessing.size", "data.preprocessing.spacing"]) reached.add(path);
    expect([...new Set(ORIGINAL_KEYS.flatMap(({ sets }) => sets))].sort()).toEqual([...reached].sort());
  });

  it("maps encoders, heads and rates one by one", () => {
    const model_params = { use_batch_norm: false, dropout: 0.1, dropout_change_per_layer: 0.05 };
    expect(resolve({ ...small, enc_filters: 4, num_layers: 2, pooling: "avg", model_params }).encoder.options).toEqual({
      filters: 4, levels: 2, pooling: "average", batchNorm: false, dropout: 0.1, dropoutChangePerLevel: 0.05,
    });
    expect(resolve({ ...small, pooling: null, top_architecture: null })).toMatchObject({
      encoder: { options: { pooling: "none" } },
      task: { options: { widths: [1024, 1024], batchNorm: false, dropout: 0 } },
    });
    expect(resolve({ ...small, top_architecture: "simple_multiclass", train_val_split: 1, base_workspace: "work" })).toMatchObject({
      task: { options: { widths: [1024], dropout: 0.5 } },
      validationFraction: 0,
      output: "work/rotation_pancreas3d",
    });
    const image = { ...small, data_is_3D: false, dataset_name: "ukb2d", encoder_architecture: "ResNet50V2", enc_filters: 32 };
    expect(resolve(image).encoder).toEqual({ name: "resnet-50-v2", options: { pooling: "max" } });
    expect(map(image).ignored).toEqual(["enc_filters (ResNet50V2 has no such setting)"]);
    const patches = { ...small, dataset_name: "ukb3d", train_data_generator_args: { patch_size: [64, 64, 32], patches_per_scan: 3 } };
    expect(resolve(patches).data.crop).toEqual([64, 64, 32]);
    expect(planEpochs(map(patches).values, 10, 4).stepsPerEpoch).toBe(8);
  });

  it("takes data of any layout that is named beside it, scaled from 0 to 1", () => {
    const { config } = map({ ...small, dataset_name: "my scans", base_workspace: "~/work" }, true);
    expect(config["data"]).toEqual({ path: "scans", preprocessing: { normalisation: "min-max" } });
    expect(config["output"]).toMatch(/^[^~].*rotation_my-scans$/);
    expect(map(published("rpl_2d_pancreas")).config["data"]).toMatchObject({ preprocessing: { normalisation: "none" } });
    expect(map(published("rpl_2d_pancreas"), true).config["data"]).toMatchObject({ preprocessing: { normalisation: "min-max" } });
  });

  it.each<[string, PublishedConfig, string, RegExp]>([
    ["a misspelt key", { ...small, patch_size: 3, epoch: 3 }, "SSL3D_CONFIG_UNKNOWN_KEY", /some\.json.*"patch_size"/],
    ["a misspelt key's neighbour", { ...small, enc_filter: 3 }, "SSL3D_CONFIG_UNKNOWN_KEY", /Did you mean "enc_filters"/],
    ["a wrong type", { ...small, lr: "1e-4" }, "SSL3D_CONFIG_INVALID", /some\.json: expected "lr": number, received "1e-4".*default, 0\.0001/],
    ["a text for a switch", { ...small, data_is_3D: "true" }, "SSL3D_CONFIG_INVALID", /"data_is_3D": boolean/],
    ["another task", { ...small, algorithm: "simclr" }, "SSL3D_CONFIG_INVALID", /"algorithm": one of "cpc" or "exemplar"/],
    ["no data", { ...small, data_dir: undefined }, "SSL3D_CONFIG_INVALID", /"data_dir": string, received nothing/],
    ["a decoder on top", { ...small, top_architecture: "unet_3d_upconv" }, "SSL3D_CONFIG_INVALID", /"top_architecture".*fine-tuning/],
    ["an argument that its loader lacks", { ...small, train_data_generator_args: { augment: true } }, "SSL3D_CONFIG_UNKNOWN_KEY", /"train_data_generator_args\.augment"/],
    ["a setting that the U-Net lacks", { ...small, model_params: { drop: 0.1 } }, "SSL3D_CONFIG_UNKNOWN_KEY", /"model_params\.drop"/],
    ["another data set", { ...small, dataset_name: "pancreas3" }, "SSL3D_ORIGINAL_VALUE", /Did you mean "pancreas3d"/],
    ["volumes as images", { ...small, data_is_3D: false }, "SSL3D_ORIGINAL_VALUE", /"data_is_3D": true beside "dataset_name": "pancreas3d".*received false/],
    ["a network of Keras in 3D", { ...small, encoder_architecture: "ResNet50" }, "SSL3D_ORIGINAL_VALUE", /U-Net only.*"ResNet50"/],
    ["a crop beyond the image", { ...small, algorithm: "cpc", data_dim: 64, crop_size: 65 }, "SSL3D_ORIGINAL_VALUE", /"crop_size": at most "data_dim", 64.*65/],
    ["too few patches", { ...small, algorithm: "cpc", patches_per_side: 3 }, "SSL3D_ORIGINAL_VALUE", /at least 4 for cpc/],
    ["a fine-tuning", { ...small, exp_splits: [100], data_dir_test: "x" }, "SSL3D_ORIGINAL_FINETUNE", /exp_splits, data_dir_test/],
  ])("refuses %s", (_, raw, code, text) => {
    let error: unknown;
    try {
      map(raw);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code });
    const { message, fix } = error as { message: string; fix: string };
    expect(`${message} ${fix}`).toMatch(text);
  });
});

describe("planEpochs", () => {
  it("makes whole batches of an epoch, as the original's generators did", () => {
    const { values } = map({ ...published("rotation_3d"), epochs: 10, save_checkpoint_every_n_epochs: 2 });
    expect(planEpochs(values, 9, 4)).toEqual({ stepsPerEpoch: 3, training: { steps: 30, validateEvery: 3, checkpointEvery: 6 } });
    expect(planEpochs(map(published("rotation_3d")).values, 8, 4).training).toEqual({ steps: 2000, validateEvery: 2 });
    // two patches of each scan
    expect(planEpochs(map(published("rotation_3d_ukb")).values, 8, 4).stepsPerEpoch).toBe(4);
  });
});

describe("shareOfSide", () => {
  it("keeps exactly the voxels asked for", () => {
    expect(Math.floor((1 / 49) * 49)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }).chain((side) => fc.tuple(fc.constant(side), fc.integer({ min: 1, max: side }))), ([side, voxels]) => {
        const share = shareOfSide(voxels, side);
        expect(Math.floor(share * side)).toBe(voxels);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });
});
