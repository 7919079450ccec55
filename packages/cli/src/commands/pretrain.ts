import { pretrainConfig, validate } from "@ssl3d/core";
import { pretrain } from "@ssl3d/node";
import type { CAC } from "cac";
import { fitPreprocessing } from "../config/fit-preprocessing.js";
import { addTrainingOptions, merge } from "../config/overrides.js";
import { readRunConfig } from "../config/read-run-config.js";
import { badOption } from "../errors.js";
import { isOn, text, type Options } from "../options.js";
import type { Streams } from "../program.js";
import { runTraining } from "./run-training.js";

/** `ssl3d pretrain`. */
export function addPretrain(program: CAC, streams: Streams): void {
  const command = program.command("pretrain [config]", "Pretrain an encoder on unlabelled volumes with a proxy task");
  addTrainingOptions(command, "1000")
    .option("--task <name>", "The proxy task, such as rotation; see ssl3d plugins")
    .option("--encoder <name>", "The architecture: unet or residual (default: unet)")
    .option("--json", "Print the result as one JSON document on stdout")
    .usage("pretrain [CONFIG] [options]\n\n  CONFIG is a .json, .ts, .mjs or .js file, or a run folder; without one, --data and --task say enough.")
    .example("  $ ssl3d pretrain --data scans --task rotation --output runs/a")
    .example("  $ ssl3d pretrain rotation.json --steps 2000 --engine wasm")
    .example("  $ ssl3d pretrain runs/a --resume")
    .action(async (path: string | undefined, options: Options) => {
      const { raw, where } = await readRunConfig(path, options);
      const named = merge(raw, { task: text(options, "task"), encoder: text(options, "encoder") });
      if (path === undefined && where === "the command line") {
        if (text(options, "data") === undefined) throw badOption("data", "the folder of the volumes, or a CONFIG file", null);
        if (text(options, "task") === undefined) throw badOption("task", "the name of a proxy task, such as rotation", null);
      }
      const fitted = where === "the command line" ? await fitPreprocessing(named, (line) => streams.stderr.write(`${line}\n`)) : named;
      const config = validate(pretrainConfig, fitted, where);
      return await runTraining(streams, "pretrain", isOn(options, "resume"), (run) => pretrain(config, run), (result) => {
        if (isOn(options, "json")) streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        else streams.stdout.write(`Encoder: ${result.encoder ?? ""}\n`);
      });
    });
}
