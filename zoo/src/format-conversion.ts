import { shapeText } from "@ssl3d/core";
import { channelsText, countText, optionsText } from "./converted-folder.js";
import type { ConversionReport } from "./conversion-report.js";

const KINDS: Readonly<Record<ConversionReport["kind"], string>> = {
  encoder: "an encoder by itself",
  proxy: "a proxy task's model",
  segmentation: "a fine-tuned network that gives every voxel a class",
  classification: "a fine-tuned network that classifies images",
  head: "a head by itself",
};

/** What a report's preprocessing is worth. */
export const PREPROCESSING_NOTE: string =
  "Nobody recorded how images were oriented, resampled and scaled for this network: contract.json holds what the original's loaders do to " +
  "most of its data sets (arrays as they are, intensities from 0 to 1). Correct it there if you know better.";

/** What a file was recognised as, to be put into a sentence. */
export function recognisedAs({ source, kind, task, rank }: ConversionReport): string {
  const form = source.form === "model" ? "a full model" : "weights alone";
  return `${KINDS[kind]}${task === null ? "" : ` (${task})`}, ${rank}D, in a file of ${form}${source.keras === null ? "" : `, written by Keras ${source.keras}`}`;
}

/** The report for people (conversion.md). */
export function formatConversion(report: ConversionReport): string {
  const { source, encoder, part, inputs, tensors, unused, warnings } = report;
  return [
    `# ${source.file}`,
    "",
    `Recognised as ${recognisedAs(report)}.`,
    "",
    ...(encoder === null ? [] : [`- Encoder: \`${encoder.name}\` of ${encoder.package}, ${channelsText(encoder.channels)}; ${optionsText(encoder.options)}`]),
    ...(part === null ? [] : [`- ${part.kind === "task" ? "The task's layers" : "Head"}: \`${part.name}\` of ${part.package}; ${optionsText(part.options)}`]),
    ...inputs.map((shape, index) => `- Input ${index + 1}: [batch, ${shape.map((length) => length ?? "any").join(", ")}]`),
    `- ${tensors.length} tensors with ${countText(tensors)} values taken over${unused.length === 0 ? "; none left out" : `, ${unused.length} left out`}`,
    `- SHA-256 of the source: ${source.sha256}`,
    "",
    PREPROCESSING_NOTE,
    "",
    ...(warnings.length === 0 ? [] : ["## To know", "", ...warnings.map((text) => `- ${text}`), ""]),
    "## Tensors",
    "",
    "| in the Keras file | shape | here |",
    "|---|---|---|",
    ...tensors.map(({ source: from, shape, destination }) => `| ${from} | ${shapeText(shape)} | ${destination} |`),
    ...unused.map(({ source: from, shape, reason }) => `| ${from} | ${shapeText(shape)} | left out: ${reason} |`),
    "",
  ].join("\n");
}
