import { shapeText, type EncoderContract } from "@ssl3d/core";
import { countText, optionsText } from "../converted-folder.js";
import type { Assigned } from "./assign-tensors.js";
import type { MappedNetwork } from "./build-network.js";

/** What became of a file that was converted by a mapping (conversion.json): every tensor's source, shape, transposition and destination. */
export interface MappingReport extends Omit<Assigned, "weights"> {
  readonly formatVersion: 1;
  readonly kind: "mapping";
  readonly source: { readonly file: string; readonly bytes: number; readonly sha256: string };
  /** The name of the mapping file. */
  readonly mapping: string;
  readonly rank: 2 | 3;
  readonly encoder: Pick<MappedNetwork["encoder"], "name" | "package" | "options"> & { readonly channels: readonly string[] };
  readonly head: MappedNetwork["head"];
  /** Fields of the contract that the mapping file leaves open. */
  readonly unknown: NonNullable<EncoderContract["unknown"]>;
}

/** The report for people (conversion.md). */
export function formatMappingReport(report: MappingReport): string {
  const { source, mapping, rank, encoder, head, tensors, constants, initial, unused, unknown } = report;
  const transposed = (axes: readonly number[] | null): string => (axes === null ? "as it is" : `axes ${axes.join(", ")}`);
  return [
    `# ${source.file}`,
    "",
    `Converted by ${mapping} into a ${rank}D network.`,
    "",
    `- Encoder: \`${encoder.name}\` of ${encoder.package}, channels ${encoder.channels.join(", ")}; ${optionsText(encoder.options)}`,
    ...(head === null ? [] : [`- Head: \`${head.name}\` of ${head.package}; ${optionsText(head.options)}`]),
    `- ${tensors.length} tensors with ${countText(tensors)} values taken over, ${constants.length} weights filled with a constant, ${initial.length} left at random initial values, ${unused.length} tensors left out`,
    `- SHA-256 of the source: ${source.sha256}`,
    ...(unknown.length === 0 ? [] : [`- Not known, and assumed in contract.json: ${unknown.join(", ")}`]),
    "",
    "## Tensors",
    "",
    "| in the file | shape | taken | here | shape |",
    "|---|---|---|---|---|",
    ...tensors.map(({ source: from, sourceShape, axes, destination, shape }) => `| ${from} | ${shapeText(sourceShape)} | ${transposed(axes)} | ${destination} | ${shapeText(shape)} |`),
    ...constants.map(({ destination, shape, value }) => `| (none) | | the constant ${value} | ${destination} | ${shapeText(shape)} |`),
    ...initial.map(({ destination, shape }) => `| (none) | | random initial values | ${destination} | ${shapeText(shape)} |`),
    ...unused.map(({ source: from, shape, reason }) => `| ${from} | ${shapeText(shape)} | left out: ${reason} | | |`),
    "",
  ].join("\n");
}
