import { runModel } from "@ssl3d/node";
import type { CAC } from "cac";
import { addEngineOptions, engineRequest } from "../config/engine-request.js";
import { badOption } from "../errors.js";
import { isOn, requiredText, text, texts, type Options } from "../options.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d run`. */
export function addRun(program: CAC, streams: Streams): void {
  const command = program.command("run <model>", "Compute what a whole network answers to arrays: a proxy task's full model, encoder and head, or an encoder");
  command
    .option("--input <file>", "NPY array, taken as it is, the batch its first axis and the channels its last; once for each input of the network, in order")
    .option("--output <file>", "NPY file to write (float32)")
    .option("--task <name>", "Which task, where MODEL was pretrained with several");
  addEngineOptions(command)
    .option("--json", "Print the result as one JSON document on stdout")
    .usage(
      "run MODEL [options]\n\n  MODEL is a run folder, a converted folder or an encoder folder. With task/ in it, the proxy task's full model is run (class\n" +
        "  probabilities, a reconstruction, ...); with head/, encoder and head (probabilities of voxels or classes); else the encoder.",
    )
    .example("  $ ssl3d run converted/rotation --input images.npy --output probabilities.npy")
    .example("  $ ssl3d run converted/cpc --input terms.npy --input predictions.npy --output pairs.npy")
    .example("  $ ssl3d run runs/mix --task jigsaw --input patches.npy --output probabilities.npy")
    .action(async (model: string, options: Options) => {
      const input = texts(options, "input");
      if (input.length === 0) throw badOption("input", "a .npy file", null);
      const task = text(options, "task");
      const result = await runModel(
        {
          model,
          input,
          output: requiredText(options, "output", "the .npy file to write"),
          ...(task !== undefined && { task }),
          ...engineRequest(options),
        },
        { bundled: [PACKAGE_FOLDER] },
      );
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      streams.stdout.write(`${result.output}  [${result.shape.join(", ")}] float32, ${result.kind} ${result.name}\n`);
    });
}
