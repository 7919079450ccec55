import { shapeText } from "./shape.js";

/** One weight in a {@link TransferReport}. */
export interface TransferredWeight {
  readonly name: string;
  /** Its shape in the network; in the file, where the network lacks it. */
  readonly shape: readonly number[];
  /** Its shape in the file, where that is another. */
  readonly sourceShape?: readonly number[];
}

/** What became of each weight of a network, and of each tensor of the file, when weights were loaded. */
export interface TransferReport {
  /** Taken over as they were. */
  readonly loaded: readonly TransferredWeight[];
  /** Taken over after a change of shape. */
  readonly adapted: readonly TransferredWeight[];
  /** Not in the file, or with a shape that does not fit: left at their initial values. */
  readonly random: readonly TransferredWeight[];
  /** In the file, but not in the network. */
  readonly unused: readonly TransferredWeight[];
}

/** A report for people: a line of counts, then one line for each weight that was not simply loaded. */
export function formatTransferReport(report: TransferReport): string {
  const { loaded, adapted, random, unused } = report;
  const line = (what: string) => (weight: TransferredWeight) =>
    `  ${what} ${weight.name} ${weight.sourceShape ? `${shapeText(weight.sourceShape)} -> ` : ""}${shapeText(
      weight.shape
    )}`;
  return [
    `${loaded.length} weights loaded, ${adapted.length} adapted, ${random.length} left at their initial values, ${unused.length} unused`,
    ...adapted.map(line("adapted ")),
    ...random.map(line("initial ")),
    ...unused.map(line("unused  ")),
  ].join("\n");
}
