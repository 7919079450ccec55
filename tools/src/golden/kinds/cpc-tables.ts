import { cpcOptions, drawOtherColumns, LEAST_PATCHES_PER_SIDE, predictionGrid } from "@ssl3d/task-cpc";
import type { Rank } from "@ssl3d/core";
import { expectClose } from "../compare.js";
import { findJsonEntries, type JsonEntry } from "../json-entries.js";
import type { GoldenKind } from "../golden-kind.js";
import { tapedRandom, type TapeEntry } from "../taped-random.js";

/** One table, under a name such as "3d_n4_b2": patches of image b are numbered from 1000 b on. */
interface Table {
  readonly n: number;
  readonly batch: number;
  readonly enc_terms: readonly (readonly number[])[];
  readonly pred_terms: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly draws: readonly TapeEntry[];
}

const IMAGE = 1000;

/** Which patches the original's predictive coding reads and predicts, example by example. */
export const cpcTables: GoldenKind = {
  name: "cpc-tables",
  summary: "predictive coding: patches read and predicted for every column, with recorded negatives",
  find: async (folder) =>
    (await findJsonEntries(folder, ["n", "batch", "enc_terms", "pred_terms", "labels", "draws"])).map((entry) => ({
      name: `${entry.stem}:${entry.key}`,
      files: [`${entry.stem}.json`],
      run: () => Promise.resolve(checkTable(entry)),
    })),
};

function checkTable({ key, value }: JsonEntry): string | undefined {
  const { n, batch, enc_terms, pred_terms, labels, draws } = value as unknown as Table;
  const rank = Number(/^([23])d/.exec(key)?.[1]) as Rank;
  const random = tapedRandom(draws);
  const { reads, predicts, truth } = originalExamples(rank, n, drawOtherColumns(rank, n, batch, random), IMAGE);
  if (random.remaining > 0) throw new Error(`${random.remaining} recorded draws were not asked for`);
  expectRows("contexts", reads, enc_terms);
  expectRows("predictions", predicts, pred_terms);
  expectRows("labels", [truth], [labels]);
  if (n >= LEAST_PATCHES_PER_SIDE) return undefined;
  if (cpcOptions.safeParse({ patchesPerSide: n }).success) throw new Error(`the task takes ${n} patches per side`);
  return `the task itself refuses ${n} patches per side`;
}

/**
 * The original's examples: for every column the true patches, then those of another column, both behind the column's context.
 * The patches of each image are numbered from the next multiple of `perImage` on.
 */
export function originalExamples(
  rank: Rank,
  perSide: number,
  otherColumns: Int32Array,
  perImage: number,
): { reads: number[][]; predicts: number[][]; truth: number[] } {
  const { contexts, targets } = predictionGrid(rank, perSide);
  const columns = contexts.length;
  const number = (column: number, patches: readonly number[]): number[] =>
    patches.map((patch) => (patch < 0 ? patch : perImage * Math.floor(column / columns) + patch));
  const examples = [...otherColumns].flatMap((other, own) =>
    [own, other].map((column, index) => ({
      reads: number(own, contexts[own % columns]!),
      predicts: number(column, targets[column % columns]!),
      truth: 1 - index,
    })),
  );
  return {
    reads: examples.map(({ reads }) => reads),
    predicts: examples.map(({ predicts }) => predicts),
    truth: examples.map(({ truth }) => truth),
  };
}

function expectRows(what: string, actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  if (actual.length !== expected.length) throw new Error(`${what}: expected ${expected.length} examples, received ${actual.length}`);
  expected.forEach((row, index) => {
    expectClose(`${what} of example ${index}`, { data: actual[index]!, shape: [actual[index]!.length] }, { data: row, shape: [row.length] }, 0);
  });
}
