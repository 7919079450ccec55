import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { anyArguments, loaderOf, LOADERS, patchesOf } from "./loaders.js";
import { defineKey, type OriginalKey } from "./original-key.js";
import { imagesPerBatch } from "./plan-epochs.js";

const GENERATOR_RULE = "`shuffle`: examples always come in random order here; `augment`, `augment_zoom_only`: not taken over, with a warning";

/** Keys of the data and of the run. */
export const DATA_KEYS: readonly OriginalKey[] = [
  defineKey("data_dir", {
    type: z.string().min(1).describe("Folder of the images"),
    sets: ["data.path"],
    rule: "as it is; `--data` goes before it",
    convert: (path) => ({ data: { path } }),
  }),
  defineKey("dataset_name", {
    type: z.string().min(1).describe("The data set, which chose the original's loader"),
    sets: ["data.dataset", "data.preprocessing.normalisation"],
    rule: `${Object.entries(LOADERS)
      .map(([name, { dataset }]) => `${name}: \`${typeof dataset === "string" ? dataset : dataset.name}\``)
      .join(", ")}. \`min-max\`, pancreas2d \`none\`. \`--dataset\` goes before it, and then any name will do`,
    convert: (name, _, { layoutNamed }) => {
      const loader = layoutNamed ? undefined : loaderOf(name);
      return { data: { ...(loader && { dataset: loader.dataset }), preprocessing: { normalisation: loader?.normalisation ?? "min-max" } } };
    },
  }),
  defineKey("data_dim", {
    type: z.int().positive().describe("Side of the images in voxels"),
    absent: () => 384,
    sets: ["data.preprocessing.spacing", "data.preprocessing.size"],
    rule: "images of another size are resampled so that the largest fits, then cropped or padded; `--size` and `--spacing` go before it",
  }),
  defineKey("number_channels", {
    type: z.int().positive().describe("Channels of the images"),
    absent: () => 3,
    sets: [],
    rule: "the encoder takes the channels that the images have, with a warning where they are others",
  }),
  defineKey("train_data_generator_args", {
    type: anyArguments.describe("Arguments of the loader of training data"),
    absent: () => ({}),
    sets: ["data.crop"],
    rule: `${GENERATOR_RULE}; ukb3d: \`patch_size\` is the crop, and an epoch sees \`patches_per_scan\` patches of each scan`,
    convert: (args, { dataset_name: name }) => {
      const size = patchesOf(name, args)?.size;
      return size === undefined ? {} : { data: { crop: new Set(size).size === 1 ? size[0] : size } };
    },
  }),
  defineKey("val_data_generator_args", {
    type: anyArguments.describe("Arguments of the loader of validation data"),
    absent: () => ({}),
    sets: [],
    rule: `${GENERATOR_RULE}; validation sees its images as training does`,
  }),
  defineKey("train_val_split", {
    type: z.number().gt(0).max(1).describe("Share of the files that is trained on"),
    absent: () => 0.9,
    sets: ["validationFraction"],
    rule: "1 less it",
    // 1 - 0.9 is not quite 0.1, and would keep one case too few
    convert: (share) => ({ validationFraction: Number((1 - share).toFixed(9)) }),
  }),
  defineKey("batch_size", {
    type: z.int().positive().describe("Examples in a batch"),
    absent: () => 2,
    sets: ["training.batchSize"],
    rule: "as it is; cpc: divided by the examples that the original made of one image, 2n² in 3D and 2n in 2D with n patches per side, since here a batch is counted in images",
    convert: (_, values) => ({ training: { batchSize: imagesPerBatch(values) } }),
  }),
  defineKey("epochs", {
    type: z.int().positive().describe("Passes over the training data"),
    absent: () => 250,
    sets: ["training.steps", "training.validateEvery"],
    rule: "steps = epochs × batches of an epoch, by the number of training cases found; validation after each epoch. `--steps` goes before it",
  }),
  defineKey("save_checkpoint_every_n_epochs", {
    type: z.int().positive().nullable().describe("Epochs between checkpoints"),
    absent: () => null,
    sets: ["training.checkpointEvery"],
    rule: "× batches of an epoch; null: 100 steps",
  }),
  defineKey("base_workspace", {
    type: z.string().min(1).describe("Folder of the run folders"),
    absent: () => "runs",
    sets: ["output"],
    rule: "`base_workspace/algorithm_dataset_name`; `--output` goes before it",
    convert: (folder, { algorithm, dataset_name: name }) => ({
      output: join(folder.replace(/^~(?=$|[/\\])/, homedir()), `${algorithm}_${name.replaceAll(/[^\w.-]/g, "-")}`),
    }),
  }),
];
