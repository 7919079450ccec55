import { pretrainConfig, validate } from "@ssl3d/core";
import { pretrain, type PretrainResult, type RunEvent, type RunOptions } from "@ssl3d/node";
import type { CAC } from "cac";
import { keepEncoderPreprocessing } from "../config/encoder-preprocessing.js";
import { fitPreprocessing } from "../config/fit-preprocessing.js";
import { addTrainingOptions, merge, type RawConfig } from "../config/overrides.js";
import { setFields } from "../config/set-fields.js";
import { taskList } from "../config/task-list.js";
import { readOriginal, type PretrainSource } from "../config/original/read-original.js";
import { readRunConfig } from "../config/read-run-config.js";
import { badOption, usageError } from "../errors.js";
import { axes, isOn, text, type Options } from "../options.js";
import { EXIT } from "../output/describe-error.js";
import type { Streams } from "../program.js";
import { runTraining } from "./run-training.js";

/** `ssl3d pretrain`. */
export function addPretrain(program: CAC, streams: Streams): void {
  const command = program.command("pretrain [config]", "Pretrain an encoder on unlabelled volumes with a proxy task");
  addTrainingOptions(command)
    .option("--task <name>", "The proxy task, such as rotation, or several with weights: rotation:1,masked:0.5; see ssl3d plugins")
    .option("--encoder <name>", "The architecture: unet, residual, or in 2D a network of Keras applications such as densenet-121; see ssl3d plugins (default: unet)")
    .option("--from <folder>", "Run, converted or encoder folder to start from instead of random weights; it brings architecture, channels and preprocessing")
    .option("--partial", "With --from: accept weights that are missing or do not fit, and other image channels; the log says which")
    .option("--slices <plane>", "Pretrain in 2D on random slices of the volumes: axial, coronal or sagittal")
    .option("--crop <voxels>", "Random patches as examples, D,H,W or one number, in voxels (default: whole images)")
    .option("--original <file>", "A training configuration of self-supervised-3d-tasks (JSON) instead of CONFIG; other options go before it")
    .option("--print-config", "Print the configuration with all defaults as JSON, and train nothing")
    .option("--json", "Print the result as one JSON document on stdout")
    .usage("pretrain [CONFIG] [options]\n\n  CONFIG is a .json, .ts, .mjs or .js file, or a run folder; without one, --data and --task say enough.")
    .example("  $ ssl3d pretrain --data scans --task rotation --output runs/a")
    .example("  $ ssl3d pretrain --data scans --task rotation:1,rpl:0.5 --slices axial")
    .example("  $ ssl3d pretrain --data scans --task rotation --set encoder.options.filters=8 --set encoder.options.levels=3")
    .example("  $ ssl3d pretrain rotation.json --steps 2000 --engine wasm")
    .example("  $ ssl3d pretrain --from runs/a --data more-scans --task jigsaw --output runs/c")
    .example("  $ ssl3d pretrain --original rotation_3d.json --data scans --dataset nifti-folder")
    .example("  $ ssl3d pretrain runs/a --resume")
    .action(async (path: string | undefined, options: Options) => {
      const log = (line: string): void => void streams.stderr.write(`${line}\n`);
      const source = await readSource(path, options, log);
      const { raw, where } = source;
      const crop = axes(options, "crop");
      const named = setFields(merge(raw, {
        task: taskList(options, "task"),
        encoder: text(options, "encoder"),
        from: text(options, "from"),
        partial: isOn(options, "partial") ? true : undefined,
        data: { slices: text(options, "slices"), crop: crop !== undefined && new Set(crop).size === 1 ? crop[0] : crop },
      }), options);
      if (path === undefined && where === "the command line") {
        if (text(options, "data") === undefined) throw badOption("data", "the folder of the volumes, or a CONFIG file", null);
        if (text(options, "task") === undefined) throw badOption("task", "the name of a proxy task, such as rotation", null);
      }
      const config = validate(pretrainConfig, await source.fitToData(named), where);
      if (isOn(options, "printConfig")) {
        streams.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
        return EXIT.done;
      }
      const start = (run: RunOptions): Promise<PretrainResult> => {
        const onEvent = (event: RunEvent): void => {
          run.onEvent?.(event);
          source.compare(event);
        };
        return pretrain(config, { ...run, onEvent });
      };
      return await runTraining(streams, "pretrain", isOn(options, "resume"), start, (result) => {
        if (isOn(options, "json")) streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        else streams.stdout.write(`Encoder: ${result.encoder ?? ""}\n`);
      });
    });
}

/** What the command line names: a configuration of the original, one of ssl3d, or none. */
async function readSource(path: string | undefined, options: Options, log: (line: string) => void): Promise<PretrainSource> {
  const original = text(options, "original");
  if (original !== undefined) {
    if (path !== undefined) throw usageError(`Both ${path} and --original ${original} are configurations.`, "Give one of them.");
    return await readOriginal(original, options, log);
  }
  const source = await readRunConfig(path, options);
  if (path !== undefined && source.raw["algorithm"] !== undefined)
    throw usageError(`${path} looks like a configuration of self-supervised-3d-tasks: it has "algorithm".`, `Give it as --original ${path}.`);
  const isBare = source.where === "the command line";
  return { ...source, fitToData: async (config) => (isBare ? await prepare(config, log) : config), compare: () => undefined };
}

/** What is done to volumes where only the command line says something: what the encoder to start from brings, or what fits the volumes. */
async function prepare(config: RawConfig, log: (line: string) => void): Promise<RawConfig> {
  const from = config["from"];
  return typeof from === "string" ? await keepEncoderPreprocessing(config, from) : await fitPreprocessing(config, log);
}
