import { predict } from "@ssl3d/node";
import type { CAC } from "cac";
import { addEngineOptions, engineRequest } from "../config/engine-request.js";
import { badOption } from "../errors.js";
import { isOn, requiredText, text, texts, type Options } from "../options.js";
import { tellWarnings } from "../output/tell-warnings.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d predict`. */
export function addPredict(program: CAC, streams: Streams): void {
  const command = program.command("predict", "Apply a fine-tuned model: labels over the input's geometry, or an image's class or grade");
  command
    .option("--model <folder>", "Run folder of a fine-tuning run")
    .option("--input <file>", "NIfTI volume (.nii, .nii.gz) or picture (.png, .jpg); give it once per channel, in training order, where channels are files")
    .option("--output <file>", "File to write: .nii.gz or .nii (.png for pictures); .json for classes and grades, which are printed without it");
  addEngineOptions(command)
    .option("--json", "Print the result as one JSON document on stdout")
    .example("  $ ssl3d predict --model runs/b --input scan.nii.gz --output labels.nii.gz")
    .example("  $ ssl3d predict --model runs/grades --input eye.png --output grade.json")
    .example("  $ ssl3d predict --model runs/b --input t1.nii.gz --input t1ce.nii.gz --input t2.nii.gz --input flair.nii.gz --output labels.nii.gz")
    .action(async (options: Options) => {
      const input = texts(options, "input");
      if (input.length === 0) throw badOption("input", "a NIfTI volume or a picture", null);
      const output = text(options, "output");
      const result = await predict(
        {
          model: requiredText(options, "model", "the folder of a fine-tuning run"),
          input,
          ...(output !== undefined && { output }),
          ...engineRequest(options),
        },
        { bundled: [PACKAGE_FOLDER], onEvent: tellWarnings(streams) },
      );
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      if ("label" in result) {
        const list = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(", ");
        if (result.values !== undefined) return void streams.stdout.write(`${result.id}: ${list(result.values)}\n`);
        const shares = list(result.probabilities ?? []);
        return void streams.stdout.write(`${result.id}: ${result.name} (class ${result.label}; probabilities ${shares})\n`);
      }
      const counts = Object.entries(result.voxels).map(([label, count]) => `label ${label}: ${count} voxels`);
      streams.stdout.write(`${result.output}  (${counts.join(", ")})\n`);
    });
}
