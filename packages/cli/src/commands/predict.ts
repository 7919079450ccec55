import { predict } from "@ssl3d/node";
import type { CAC } from "cac";
import { badOption } from "../errors.js";
import { isOn, requiredText, text, texts, type Options } from "../options.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d predict`. */
export function addPredict(program: CAC, streams: Streams): void {
  program
    .command("predict", "Segment a volume with a fine-tuned model; the labels keep the input's geometry")
    .option("--model <folder>", "Run folder of a fine-tuning run")
    .option("--input <file>", "NIfTI volume (.nii, .nii.gz); give it once per channel, in training order, where channels are files")
    .option("--output <file>", "NIfTI file to write (.nii.gz or .nii)")
    .option("--engine <name>", "Compute engine (default: the fastest here, or SSL3D_ENGINE)")
    .option("--json", "Print the result as one JSON document on stdout")
    .example("  $ ssl3d predict --model runs/b --input scan.nii.gz --output labels.nii.gz")
    .example("  $ ssl3d predict --model runs/b --input t1.nii.gz --input t1ce.nii.gz --input t2.nii.gz --input flair.nii.gz --output labels.nii.gz")
    .action(async (options: Options) => {
      const input = texts(options, "input");
      if (input.length === 0) throw badOption("input", "a NIfTI volume", null);
      const engine = text(options, "engine");
      const output = requiredText(options, "output", "the NIfTI file to write");
      if (!/\.nii(\.gz)?$/.test(output)) throw badOption("output", "a name that ends in .nii.gz or .nii", output);
      const result = await predict(
        { model: requiredText(options, "model", "the folder of a fine-tuning run"), input, output, ...(engine !== undefined && { engine }) },
        { bundled: [PACKAGE_FOLDER] },
      );
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      const counts = Object.entries(result.voxels).map(([label, count]) => `label ${label}: ${count} voxels`);
      streams.stdout.write(`${result.output}  (${counts.join(", ")})\n`);
    });
}
