import { encode } from "@ssl3d/node";
import type { CAC } from "cac";
import { addEngineOptions, engineRequest } from "../config/engine-request.js";
import { badOption } from "../errors.js";
import { isOn, requiredText, text, texts, type Options } from "../options.js";
import { tellWarnings } from "../output/tell-warnings.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** `ssl3d encode`. */
export function addEncode(program: CAC, streams: Streams): void {
  const command = program.command("encode", "Turn a volume or a batch into the features of a pretrained encoder");
  command
    .option("--encoder <folder>", "Run folder or encoder folder")
    .option("--input <file>", "A NIfTI volume (once per channel file), prepared as in training; or a .npy batch [N,D,H,W,C] or [N,H,W,C], taken as it is")
    .option("--output <file>", "NPY file to write: float32, [batch, depth, height, width, channels] of the level, [batch, height, width, channels] in 2D; pooled: [batch, channels]. A volume is a batch of one")
    .option("--level <name>", "output (last layer, final pooling included), bottleneck, pooled (global average), or a skip: 0 (shallowest), 1, ... (default: output)");
  addEngineOptions(command)
    .option("--json", "Print the result as one JSON document on stdout")
    .example("  $ ssl3d encode --encoder runs/a --input scan.nii.gz --output features.npy --level pooled")
    .action(async (options: Options) => {
      const input = texts(options, "input");
      if (input.length === 0) throw badOption("input", "a .npy or NIfTI file", null);
      const level = text(options, "level");
      const result = await encode(
        {
          encoder: requiredText(options, "encoder", "the folder of an encoder"),
          input,
          output: requiredText(options, "output", "the .npy file to write"),
          ...(level !== undefined && { level }),
          ...engineRequest(options),
        },
        { bundled: [PACKAGE_FOLDER], onEvent: tellWarnings(streams) },
      );
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      streams.stdout.write(`${result.output}  [${result.shape.join(", ")}] float32, level ${result.level}\n`);
    });
}
