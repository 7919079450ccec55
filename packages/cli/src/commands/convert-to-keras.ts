import { elementsOf } from "@ssl3d/core";
import { convertToKeras } from "@ssl3d/node";
import type { KerasExportReport } from "@ssl3d/zoo";
import type { CAC } from "cac";
import { isOn, text, type Options } from "../options.js";
import type { Streams } from "../program.js";

/** `ssl3d convert to-keras`. */
export function addConvertToKeras(program: CAC, streams: Streams): void {
  program
    .command("convert to-keras <folder> <output>", "Write a folder's network as a Keras weights file (.hdf5) that self-supervised-3d-tasks loads")
    .option("--task <name>", "Which task, where FOLDER was pretrained with several")
    .option("--overwrite", "Replace the file where it is there")
    .option("--json", "Print the report as one JSON document on stdout")
    .usage(
      "convert to-keras FOLDER OUT.hdf5 [options]\n\n  FOLDER is a converted folder, a run folder or an encoder folder. A converted one gives the groups, names and order of the file it\n" +
        "  came from; others the layout of the original's builders: with task/ the full proxy model, with head/ the fine-tuned network, else the encoder.",
    )
    .example("  $ ssl3d convert to-keras runs/rotation rotation.hdf5")
    .example("  $ ssl3d convert to-keras runs/rotation/encoder encoder.hdf5")
    .action(async (folder: string, output: string, options: Options) => {
      const task = text(options, "task");
      const report = await convertToKeras({ folder, output, overwrite: isOn(options, "overwrite"), ...(task !== undefined && { task }) });
      streams.stdout.write(isOn(options, "json") ? `${JSON.stringify(report, null, 2)}\n` : summary(report, folder, output));
    });
}

/** The report in a few lines; `--json` has every tensor. */
function summary({ layout, groups, tensors, configuration, warnings }: KerasExportReport, folder: string, output: string): string {
  const values = tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const weighted = groups.filter(({ weights }) => weights > 0);
  const shown = weighted.slice(0, 4).map(({ group }) => group);
  const more = weighted.length > shown.length ? `, ... (${weighted.length} with weights)` : "";
  return [
    `${folder}: ${tensors.length} weights with ${values.toLocaleString("en")} values, ${layout === "source" ? "in the layout of the Keras file that it came from" : "in the original's own layout"}`,
    `Layers: ${shown.join(", ")}${more}`,
    `Configuration of the original for this network: ${JSON.stringify(configuration)}`,
    ...warnings,
    `File: ${output} (model.load_weights)`,
    "",
  ].join("\n");
}
