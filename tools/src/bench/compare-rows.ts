import type { Precision } from "@ssl3d/core";
import type { BenchRow } from "@ssl3d/node";
import { PYTORCH_CHANNELS_LAST, PYTORCH_DEFAULT } from "./peers.js";

/** A row beside PyTorch in the same run, the same workload and undefined where that was not measured or trains another network. */
export interface ComparedRow {
  readonly row: BenchRow;
  /** Time over that of PyTorch channels_last_3d in the same precision: below 1 is faster. */
  readonly time: number | undefined;
  /** Peak resident memory over that of the same. */
  readonly memory: number | undefined;
  /** Times as fast as PyTorch float32 in its default layout. */
  readonly speedUp: number | undefined;
}

/**
 * Sets every row in relation to PyTorch's. Medians are compared; an engine that has one thread is held against PyTorch with all
 * where PyTorch was not measured with one.
 */
export function compareRows(rows: readonly BenchRow[]): ComparedRow[] {
  return rows.map((row) => {
    if (isOtherNetwork(row)) return { row, time: undefined, memory: undefined, speedUp: undefined };
    const peer = (engine: string, precision: Precision): BenchRow | undefined => {
      const peers = rows.filter((other) => other.engine === engine && other.precision === precision && other.workload === row.workload);
      return peers.find(({ threads }) => threads === row.threads) ?? (row.threads === 1 ? peers[0] : undefined);
    };
    const best = peer(PYTORCH_CHANNELS_LAST, row.precision);
    const usual = peer(PYTORCH_DEFAULT, "float32");
    return {
      row,
      time: best && row.msPerStep.median / best.msPerStep.median,
      memory: best && row.peakRssMiB / best.peakRssMiB,
      speedUp: usual && usual.msPerStep.median / row.msPerStep.median,
    };
  });
}

/**
 * Makes sure that all rows of a workload trained the same number of values; MONAI's network is another by design.
 * @throws Error that names the rows
 */
export function checkSameNetwork(rows: readonly BenchRow[]): void {
  for (const workload of new Set(rows.map((row) => row.workload))) {
    const same = rows.filter((row) => row.workload === workload && !isOtherNetwork(row));
    const odd = same.find(({ parameters }) => parameters !== same[0]?.parameters);
    if (odd === undefined || same[0] === undefined) continue;
    throw new Error(
      `${workload} is not the same network everywhere: ${same[0].parameters} trained values on ${same[0].engine}, ${odd.parameters} on ${odd.engine}.`,
    );
  }
}

/** MONAI's networks have other layers, so their milliseconds are no ratio to ours. */
function isOtherNetwork({ engine }: BenchRow): boolean {
  return engine.startsWith("monai");
}
