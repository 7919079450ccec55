import { DENSE_STACKS } from "@ssl3d/nn";
import { z } from "zod";
import type { RawConfig } from "../overrides.js";
import { defineKey, type OriginalKey } from "./original-key.js";
import { ALGORITHMS, type Algorithm } from "./original-values.js";

/** What is set beside what the configuration says. Everything else is as in the original. */
const FIXED: Readonly<Record<Algorithm, Readonly<Record<2 | 3, RawConfig>>>> = {
  cpc: { 2: { loss: "infonce" }, 3: { loss: "infonce" } },
  exemplar: { 2: { projection: "shared" }, 3: { projection: "shared", interpolation: "cubic" } },
  jigsaw: { 2: {}, 3: {} },
  rotation: { 2: {}, 3: {} },
  rpl: { 2: {}, 3: {} },
};

const LEARNING_RATES: Readonly<Record<Algorithm, number>> = { cpc: 1e-3, exemplar: 1e-4, jigsaw: 1e-4, rotation: 1e-4, rpl: 1e-3 };
const STACKS = { big_fully: "wide", simple_multiclass: "multilabel" } as const;

const ofTask = (options: RawConfig): RawConfig => ({ task: { options } });

/** The least share of a side that, rounded down to voxels, is the side asked for. */
export function shareOfSide(voxels: number, side: number): number {
  let share = voxels / side;
  while (Math.floor(share * side) < voxels) share += Number.EPSILON;
  return share;
}

/** Keys that choose the task and its settings. */
export const TASK_KEYS: readonly OriginalKey[] = [
  defineKey("algorithm", {
    type: z.enum(ALGORITHMS).describe("The proxy task"),
    sets: ["task.name", "task.options.loss", "task.options.projection", "task.options.interpolation"],
    rule: "the task of that name, in 2D with `-2d`. cpc: `infonce`; exemplar: `shared`, in 3D `cubic`",
    convert: (algorithm, _, { rank }) => ({ task: { name: rank === 2 ? `${algorithm}-2d` : algorithm, options: FIXED[algorithm][rank] } }),
  }),
  defineKey("data_is_3D", {
    type: z.boolean().describe("Whether images are volumes"),
    absent: () => false,
    sets: [],
    rule: "chooses between the task's and the U-Net's 2D and 3D variants",
  }),
  defineKey("lr", {
    type: z.number().positive().describe("Learning rate of Adam"),
    absent: ({ algorithm }) => LEARNING_RATES[algorithm],
    sets: ["training.learningRate"],
    rule: "as it is; Adam with Keras' settings",
    convert: (learningRate) => ({ training: { learningRate } }),
  }),
  defineKey("top_architecture", {
    type: z
      .enum(["big_fully", "simple_multiclass"])
      .nullable()
      .describe("Layers between the encoder and the classes; a decoder such as unet_3d_upconv is for fine-tuning, the original failed on it here"),
    absent: () => "big_fully",
    readBy: ["jigsaw", "rotation", "rpl"],
    sets: ["task.options.widths", "task.options.batchNorm", "task.options.dropout"],
    rule: (["big_fully", "simple_multiclass", null] as const)
      .map((name) => `${name}: ${DENSE_STACKS[name === null ? "plain" : STACKS[name]].widths.join(", ")}`)
      .join("; ")
      .concat(", the last without normalisation and dropout"),
    convert: (name) => {
      const { widths, batchNorm, dropout } = DENSE_STACKS[name === null ? "plain" : STACKS[name]];
      return ofTask({ widths, batchNorm, dropout });
    },
  }),
  defineKey("patches_per_side", {
    type: z.int().min(2).describe("Patches along each axis"),
    absent: ({ algorithm }) => (algorithm === "cpc" ? 7 : 3),
    readBy: ["cpc", "jigsaw", "rpl"],
    sets: ["task.options.patchesPerSide"],
    rule: "as it is; cpc from 4",
    convert: (patchesPerSide) => ofTask({ patchesPerSide }),
  }),
  defineKey("patch_jitter", {
    type: z.int().describe("Voxels by which a patch is smaller than its cell"),
    absent: () => 0,
    readBy: ["jigsaw", "rpl"],
    sets: ["task.options.patchJitter"],
    rule: "as it is",
    convert: (patchJitter) => ofTask({ patchJitter }),
  }),
  defineKey("crop_size", {
    type: z.int().positive().nullable().describe("Voxels of the part of the image that is kept"),
    absent: () => null,
    readBy: ["cpc"],
    sets: ["task.options.imageCrop"],
    rule: "divided by data_dim; null: 0.95",
    convert: (voxels, { data_dim: side }) => ofTask({ imageCrop: voxels === null ? 0.95 : shareOfSide(voxels, side) }),
  }),
  defineKey("code_size", {
    type: z.int().positive().describe("Numbers in a code"),
    absent: () => 1024,
    readBy: ["cpc", "exemplar"],
    sets: ["task.options.codeSize"],
    rule: "as it is",
    convert: (codeSize) => ofTask({ codeSize }),
  }),
  defineKey("sample_neg_examples_from", {
    type: z.enum(["batch", "dataset"]).describe("Where negatives come from"),
    absent: () => "batch",
    readBy: ["exemplar"],
    sets: ["task.options.negatives"],
    rule: "as it is",
    convert: (negatives) => ofTask({ negatives }),
  }),
];
