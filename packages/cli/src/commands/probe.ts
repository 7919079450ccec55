import { DEFAULT_PLUGINS, named, validate } from "@ssl3d/core";
import { probe } from "@ssl3d/node";
import type { CAC } from "cac";
import { addDataOptions, overrideDataset } from "../config/overrides.js";
import { addEngineOptions, engineRequest } from "../config/engine-request.js";
import { badOption } from "../errors.js";
import { axes, integer, isOn, labelList, requiredText, text, type Options } from "../options.js";
import { formatTable } from "../output/table.js";
import { createProgress } from "../output/progress.js";
import { tellWarnings } from "../output/tell-warnings.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d probe`. */
export function addProbe(program: CAC, streams: Streams): void {
  const command = program.command("probe", "Measure a frozen encoder: Dice of one linear layer per level, trained on few labels");
  addDataOptions(command)
    .option("--encoder <folder>", 'Run folder, encoder folder, or "random" for the baseline')
    .option("--like <folder>", "With --encoder random: run or encoder folder whose architecture and preprocessing the random encoder takes")
    .option("--data <folder>", "Folder of the labelled cases; half of them are kept for the test")
    .option("--labels <n>", "Labelled cases to train on (default: 4)")
    .option("--seeds <k>", "Repetitions with other cases (default: 3)")
    .option("--label-values <list>", "Values in the label files, background first (default: 0,1; brats: 0,1,2,3)")
    .option("--regions <name>", '"labels" or "brats" (WT, TC, ET) (default: labels; for the brats layout: brats)')
    .option("--patch-size <voxels>", "Patches, D,H,W or one number, in voxels (default: whole volumes)");
  addEngineOptions(command)
    .option("--json", "Print the result as one JSON document on stdout")
    .example("  $ ssl3d probe --encoder runs/a --data brains --dataset brats --labels 4 --seeds 3")
    .example("  $ ssl3d probe --encoder random --like runs/a --data brains --dataset brats --labels 4 --seeds 3")
    .action(async (options: Options) => {
      const progress = createProgress(streams.stderr);
      const dataset = validate(named, overrideDataset(DEFAULT_PLUGINS.dataset, options), "--dataset");
      const isBrats = dataset.name === "brats";
      const patchSize = axes(options, "patchSize");
      const seeds = integer(options, "seeds", 1) ?? 3;
      const regions = text(options, "regions") ?? (isBrats ? "brats" : "labels");
      if (regions !== "labels" && regions !== "brats") throw badOption("regions", '"labels" or "brats"', regions);
      const encoder = requiredText(options, "encoder", 'the folder of an encoder, or "random"');
      const like = text(options, "like");
      if (like !== undefined && encoder !== "random") throw badOption("like", "only with --encoder random, which it shapes", like);
      const result = await probe(
        {
          encoder,
          ...(like !== undefined && { like }),
          data: requiredText(options, "data", "the folder of the labelled cases"),
          dataset,
          labels: integer(options, "labels", 1) ?? 4,
          seeds,
          labelValues: labelList(options, "labelValues") ?? (isBrats ? [0, 1, 2, 3] : [0, 1]),
          regions,
          ...(patchSize !== undefined && { patchSize }),
          ...engineRequest(options),
          onScore: (seed, id) => progress.show(`seed ${seed}/${seeds}  scored ${id}`, false),
        },
        { bundled: [PACKAGE_FOLDER], onEvent: tellWarnings(streams) },
      );
      progress.close();
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      const rows = Object.entries(result.dice).map(([name, { mean, standardDeviation }]) => [
        name,
        mean.toFixed(3),
        standardDeviation === null ? "-" : standardDeviation.toFixed(3),
      ]);
      streams.stdout.write(`${formatTable([["Dice", "mean", "sd over seeds"], ...rows])}\n`);
      streams.stdout.write(`${result.labels} labelled cases, ${result.testCases} test cases, ${seeds} seeds, engine ${result.engine.name}\n`);
    });
}
