import { DEFAULT_PLUGINS, trainingOptions } from "@ssl3d/core";
import type { Command } from "cac";
import { axes, integer, number, text, type Options } from "../options.js";
import { addEngineOptions } from "./engine-request.js";

/** A configuration before it is checked. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** Adds the options that every training command takes instead of, or on top of, its configuration file. */
export function addTrainingOptions(command: Command): Command {
  const { steps, batchSize, learningRate, checkpointEvery } = trainingOptions.parse({});
  addDataOptions(command.option("--data <folder>", "Folder of the cases"))
    .option("--output <folder>", "The run folder to make")
    .option("--steps <n>", `Updates of the weights (default: ${steps})`)
    .option("--batch-size <n>", `Examples in a batch (default: ${batchSize})`)
    .option("--learning-rate <r>", `Peak learning rate (default: ${learningRate})`)
    .option("--size <voxels>", "Size to crop or pad volumes to, D,H,W or one number, in voxels")
    .option("--spacing <mm>", "Voxel spacing to resample volumes to, D,H,W or one number, in mm")
    .option("--checkpoint-every <n>", `Steps between checkpoints, besides the last step and Ctrl-C; 0 for none (default: ${checkpointEvery})`)
    .option("--validate-every <n>", "Steps between validations (default: after the last step)")
    .option("--seed <n>", "All randomness comes from it (default: 1)")
    .option("--set <field=value>", "Any field of the configuration, such as encoder.options.filters=8 (in finetune, from scratch: architecture.options.filters=8); may be repeated");
  return addEngineOptions(command)
    .option("--workers <n>", "Data workers beside the training loop; 0 works without (default: 1)")
    .option("--resume", "Continue the run in the output folder from its last checkpoint");
}

/** Adds the options that say how a folder of cases is laid out. */
export function addDataOptions(command: Command): Command {
  return command
    .option("--dataset <name>", "Layout of that folder: nifti-folder, brats, ... (default: nifti-folder); see ssl3d plugins")
    .option("--label-folder <name>", "Folder of the label files within it, where they have their images' names")
    .option("--label-suffix <text>", "What label files have after their images' names, such as _seg");
}

/** The layout that the command line names, laid over the one of a configuration; undefined where neither says anything. */
export function overrideDataset(base: unknown, options: Options): unknown {
  const name = text(options, "dataset");
  const settings = merge({}, { labels: text(options, "labelFolder"), labelSuffix: text(options, "labelSuffix") });
  if (Object.keys(settings).length === 0) return name ?? base;
  const long = isObject(base) ? base : { name: base ?? DEFAULT_PLUGINS.dataset };
  return merge(long, { name, options: settings });
}

/** Lays the command line's options over a configuration; options that are not given change nothing. */
export function overrideTraining(config: RawConfig, options: Options): RawConfig {
  const data = isObject(config["data"]) ? config["data"] : {};
  return merge(config, {
    data: {
      path: text(options, "data"),
      dataset: overrideDataset(data["dataset"], options),
      preprocessing: { size: axes(options, "size"), spacing: axes(options, "spacing") },
    },
    output: text(options, "output"),
    training: {
      steps: integer(options, "steps", 1),
      batchSize: integer(options, "batchSize", 1),
      learningRate: number(options, "learningRate"),
      checkpointEvery: integer(options, "checkpointEvery", 0),
      validateEvery: integer(options, "validateEvery", 0),
    },
    seed: integer(options, "seed", 0),
    engine: text(options, "engine"),
    precision: text(options, "precision"),
    threads: integer(options, "threads", 1),
    workers: integer(options, "workers", 0),
  });
}

/** Lays `over` on `base`, object by object; undefined leaves what is there, and an object with nothing in it adds nothing. */
export function merge(base: RawConfig, over: RawConfig): RawConfig {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    if (!isObject(value)) {
      result[key] = value;
      continue;
    }
    const below = result[key];
    const merged = merge(isObject(below) ? below : {}, value);
    if (isObject(below) || Object.keys(merged).length > 0) result[key] = merged;
  }
  return result;
}

function isObject(value: unknown): value is RawConfig {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
