import { convertByMapping } from "@ssl3d/node";
import type { MappingReport } from "@ssl3d/zoo";
import type { CAC } from "cac";
import { addEngineOptions, engineRequest } from "../config/engine-request.js";
import { isOn, type Options } from "../options.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";
import { VERIFY_HELP, verifyFiles } from "./verify-files.js";

/** `ssl3d convert mapping`. */
export function addConvertMapping(program: CAC, streams: Streams): void {
  const command = program.command("convert mapping <mapping> <input> <folder> [...verify]", "Convert weights of another framework (.safetensors) by a mapping file into a folder for every other command");
  command
    .option("--partial", "Leave out tensors that no rule takes, and leave weights that nothing is found for at random initial values")
    .option("--verify <file>", VERIFY_HELP)
    .option("--overwrite", "Replace FOLDER where it holds an earlier conversion");
  addEngineOptions(command)
    .option("--json", "Print the report as one JSON document on stdout")
    .usage(
      "convert mapping MAPPING.json IN.safetensors FOLDER [options]\n\n  MAPPING.json says which encoder (and head) the weights become, and which tensor becomes which weight; the documentation page\n" +
        '  "From other frameworks" shows how to write one. FOLDER goes wherever an encoder or a model does: encode, finetune --encoder, pretrain --from, predict, run.',
    )
    .example("  $ ssl3d convert mapping unet.json unet.safetensors converted/unet")
    .example("  $ ssl3d convert mapping resenc.json nnunet.safetensors converted/resenc --partial")
    .example("  $ ssl3d convert mapping unet.json unet.safetensors converted/unet --verify images.npy probabilities.npy")
    .action(async (mapping: string, input: string, output: string, more: readonly string[], options: Options) => {
      const verify = verifyFiles(options, more);
      const verified = verify.length > 0;
      const report = await convertByMapping(
        { mapping, input, output, partial: isOn(options, "partial"), verify, overwrite: isOn(options, "overwrite"), ...engineRequest(options) },
        { bundled: [PACKAGE_FOLDER] },
      );
      streams.stdout.write(isOn(options, "json") ? `${JSON.stringify({ ...report, verified }, null, 2)}\n` : summary(report, output, verified));
    });
}

/** The report in a few lines; conversion.md has all of it. */
function summary({ source, rank, encoder, head, tensors, constants, initial, unused, unknown }: MappingReport, folder: string, verified: boolean): string {
  const list = (names: readonly string[]): string => `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""}`;
  return [
    `${source.file}: ${rank}D, encoder ${encoder.name} of ${encoder.channels.length} ${encoder.channels.length === 1 ? "channel" : "channels"}${head === null ? "" : `, head ${head.name}`}`,
    `${tensors.length} tensors taken over, ${unused.length} left out, ${constants.length} weights filled with a constant${verified ? "; outputs agree" : ""}`,
    ...(initial.length === 0 ? [] : [`Left at random initial values (${initial.length}): ${list(initial.map(({ destination }) => destination))}`]),
    ...(unknown.length === 0 ? [] : [`Not known, and assumed in contract.json: ${unknown.join(", ")}`]),
    `Folder: ${folder} (conversion.md has every tensor)`,
    "",
  ].join("\n");
}
