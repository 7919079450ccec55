import { finetuneConfig, validate } from "@ssl3d/core";
import { finetune, type Evaluation } from "@ssl3d/node";
import type { CAC } from "cac";
import { keepEncoderPreprocessing } from "../config/encoder-preprocessing.js";
import { fitPreprocessing } from "../config/fit-preprocessing.js";
import { addTrainingOptions, merge } from "../config/overrides.js";
import { readRunConfig } from "../config/read-run-config.js";
import { setFields } from "../config/set-fields.js";
import { badOption } from "../errors.js";
import { axes, integer, isOn, labelList, number, text, type Options } from "../options.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";
import { runTraining } from "./run-training.js";

/** `ssl3d finetune`. */
export function addFinetune(program: CAC, streams: Streams): void {
  const command = program.command("finetune [config]", "Train a head on an encoder with few labelled volumes, and score it");
  addTrainingOptions(command)
    .option("--encoder <folder>", 'Run or encoder folder to start from, or "scratch" (default: scratch)')
    .option("--partial", "With --encoder: accept weights that are missing or do not fit, and other image channels; the log says which")
    .option("--decoder", "With --encoder: start from the decoder that was pretrained with it, too; runs of masked reconstruction have one")
    .option("--labels <n>", "Labelled cases to train on, drawn by the seed (default: all)")
    .option("--test <folder>", "Folder of the test cases (default: a fifth of --data is kept for the test)")
    .option("--test-fraction <f>", "Fraction of --data kept for the test, 0 to 1 (default: 0.2)")
    .option("--label-values <list>", "Values in the label files, background first (default: 0,1)")
    .option("--regions <name>", '"labels" or "brats" (WT, TC, ET): what is scored (default: labels)')
    .option("--patch-size <voxels>", "Patches to train on, D,H,W or one number, in voxels (default: whole volumes)")
    .option("--head <name>", "The job: segmentation, classification, grading, ... (default: segmentation)")
    .option("--classes <n>", "Number of classes or grades, for those heads")
    .option("--json", "Print the scores as one JSON document on stdout")
    .usage("finetune [CONFIG] [options]\n\n  CONFIG is a .json, .ts, .mjs or .js file, or a run folder; without one, --data says enough.")
    .example("  $ ssl3d finetune --data scans --label-folder labels --encoder runs/a --labels 4 --output runs/b")
    .example("  $ ssl3d finetune --data brains --dataset brats --label-values 0,1,2,3 --regions brats --encoder runs/a")
    .example("  $ ssl3d finetune runs/b --resume")
    .action(async (path: string | undefined, options: Options) => {
      const { raw, where } = await readRunConfig(path, options);
      if (where === "the command line" && text(options, "data") === undefined)
        throw badOption("data", "the folder of the labelled cases, or a CONFIG file", null);
      const headOptions = merge({}, {
        labelValues: labelList(options, "labelValues"),
        regions: text(options, "regions"),
        patchSize: axes(options, "patchSize"),
        classes: integer(options, "classes", 2),
      });
      const head = text(options, "head");
      // An encoder brings the preprocessing it was trained with; from scratch there is none.
      const encoder = text(options, "encoder") ?? "scratch";
      const scratch = encoder === "scratch";
      const isBare = where === "the command line";
      const log = (line: string): unknown => streams.stderr.write(`${line}\n`);
      const own = !scratch && isBare ? await keepEncoderPreprocessing(raw, encoder) : raw;
      const fitted = scratch && isBare && headOptions["patchSize"] === undefined ? await fitPreprocessing(raw, log) : own;
      const config = validate(
        finetuneConfig,
        setFields(merge(withNamedHead(fitted, head, Object.keys(headOptions).length > 0), {
          head: { options: headOptions },
          encoder: text(options, "encoder"),
          partial: isOn(options, "partial") ? true : undefined,
          decoder: isOn(options, "decoder") ? true : undefined,
          data: {
            labels: integer(options, "labels", 1),
            test: text(options, "test"),
            testFraction: number(options, "testFraction"),
          },
        }), options),
        where,
      );
      return await runTraining(streams, "finetune", isOn(options, "resume"), (run) => finetune(config, run), (result) => {
        if (isOn(options, "json")) streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        else streams.stdout.write(`Model: ${result.folder}\n${scoreTable(result.evaluation)}`);
      });
    });
}

/** A head may stand as its bare name; options can be laid over the long form only. */
function withNamedHead(raw: Readonly<Record<string, unknown>>, name: string | undefined, long: boolean): Record<string, unknown> {
  const head = name ?? raw["head"];
  if (head === undefined && !long) return { ...raw };
  if (typeof head === "object") return { ...raw };
  return { ...raw, head: long ? { name: head ?? "segmentation", options: {} } : head };
}

function scoreTable(evaluation: Evaluation | undefined): string {
  if (evaluation === undefined) return "";
  if (evaluation.cases.length === 0) return "No case was kept for the test, so there are no scores: give --test, or more labelled cases.\n";
  const ofWhole = evaluation.cohort?.scores ?? {};
  // what is a score of the whole test set stands once, in the second table
  const rows = Object.entries(evaluation.means).filter(([name]) => !(name in ofWhole)).map(([name, { mean, interval, n }]) => [
    name,
    mean.toFixed(3),
    interval === null ? "-" : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
    String(n),
  ]);
  const cohort = Object.entries(ofWhole).map(([name, { value, interval }]) => [
    name,
    value === null ? "-" : value.toFixed(3),
    interval === null ? "-" : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
  ]);
  const whole = cohort.length === 0 ? "" : `\n${formatTable([["test set", "value", "95 % interval"], ...cohort])}\n`;
  const title = evaluation.cohort === undefined ? "Dice" : "per case";
  return `${formatTable([[title, "mean", "95 % interval", "cases"], ...rows])}\n${whole}`;
}
