import { convertCheckpoint } from "@ssl3d/node";
import type { ConversionReport, ConvertOptions } from "@ssl3d/zoo";
import type { CAC } from "cac";
import { addEngineOptions, engineRequest } from "../config/engine-request.js";
import { badOption } from "../errors.js";
import { integer, isOn, text, type Options } from "../options.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";
import { VERIFY_HELP, verifyFiles } from "./verify-files.js";

const TASKS = ["cpc", "rotation", "jigsaw", "rpl", "exemplar"];
const POOLINGS = ["max", "average", "none"];
const ACTIVATIONS = ["softmax", "sigmoid", "relu", "linear"];

/** `ssl3d convert keras`. */
export function addConvert(program: CAC, streams: Streams): void {
  const command = program.command("convert keras <input> <folder> [...verify]", "Convert a Keras checkpoint of self-supervised-3d-tasks (.hdf5) into a folder for every other command");
  command
    .option("--task <name>", "The proxy task, where a file of weights alone does not say it: cpc, rotation, jigsaw, rpl, exemplar")
    .option("--patches-per-side <number>", "Patches along every axis, where the file does not say it")
    .option("--pooling <kind>", "The encoder's final pooling, where the file does not say it: max, average, none (default: the original's)")
    .option("--input-size <length>", "Voxels (of pictures: pixels) along every axis of the images or patches that the encoder takes, where the file does not say it")
    .option("--activation <name>", "What a classifier's last layer ends in, where the file does not say it: softmax, sigmoid, relu, linear (default: the original's, relu for one output, else sigmoid)")
    .option("--verify <file>", VERIFY_HELP)
    .option("--overwrite", "Replace FOLDER where it holds an earlier conversion");
  addEngineOptions(command)
    .option("--json", "Print the report as one JSON document on stdout")
    .usage(
      "convert keras IN.hdf5 FOLDER [options]\n\n  Takes encoders, the five proxy tasks' models, fine-tuned networks and heads, full models and files of weights alone, 2D and 3D.\n" +
        "  FOLDER goes wherever an encoder or a model does: encode, finetune --encoder, pretrain --from, predict, run.",
    )
    .example("  $ ssl3d convert keras weights-improvement-012.hdf5 converted/rotation")
    .example("  $ ssl3d convert keras jigsaw.weights.hdf5 converted/jigsaw --patches-per-side 3")
    .example("  $ ssl3d convert keras rotation.hdf5 converted/rotation --verify images.npy probabilities.npy")
    .action(async (input: string, folder: string, more: readonly string[], options: Options) => {
      const verify = verifyFiles(options, more);
      const report = await convertCheckpoint(
        { input, output: folder, options: convertOptions(options), verify, overwrite: isOn(options, "overwrite"), ...engineRequest(options) },
        { bundled: [PACKAGE_FOLDER] },
      );
      streams.stdout.write(isOn(options, "json") ? `${JSON.stringify({ ...report, verified: verify.length > 0 }, null, 2)}\n` : summary(report, folder, verify.length > 0));
    });
}

function convertOptions(options: Options): ConvertOptions {
  const task = oneOf(options, "task", TASKS);
  const pooling = oneOf(options, "pooling", POOLINGS) as ConvertOptions["pooling"];
  const activation = oneOf(options, "activation", ACTIVATIONS) as ConvertOptions["activation"];
  const patchesPerSide = integer(options, "patchesPerSide", 2);
  const inputSize = integer(options, "inputSize", 1);
  return {
    ...(task !== undefined && { task }),
    ...(pooling !== undefined && { pooling }),
    ...(patchesPerSide !== undefined && { patchesPerSide }),
    ...(inputSize !== undefined && { inputSize }),
    ...(activation !== undefined && { activation }),
  };
}

function oneOf(options: Options, name: string, allowed: readonly string[]): string | undefined {
  const value = text(options, name);
  if (value !== undefined && !allowed.includes(value)) throw badOption(name, allowed.join(", "), value);
  return value;
}

/** The report in a few lines; conversion.md has all of it. */
export function summary(report: ConversionReport, folder: string, verified: boolean): string {
  const { kind, task, rank, encoder, part, tensors, unused, warnings } = report;
  const what = { encoder: "an encoder", proxy: `the model of ${task ?? "a proxy task"}`, segmentation: "a segmentation network", classification: "a classification network", head: "a head by itself" }[kind];
  return [
    `${report.source.file}: ${what}, ${rank}D${encoder === null ? "" : `, encoder ${encoder.name} of ${encoder.channels} ${encoder.channels === 1 ? "channel" : "channels"}`}${part === null ? "" : `, ${part.kind} ${part.name}`}`,
    `${tensors.length} tensors taken over, ${unused.length} left out${verified ? "; outputs agree" : ""}`,
    ...warnings,
    `Folder: ${folder} (conversion.md has every tensor)`,
    "",
  ].join("\n");
}
