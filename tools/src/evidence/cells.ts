import { createHash } from "node:crypto";
import { RANDOM, type Study } from "./study.js";

/** One unit of work whose result is kept: a pretraining, a read-out or a fine-tuning. */
export type Cell =
  | { readonly kind: "pretrain"; readonly encoder: string }
  | { readonly kind: "probe" | "finetune"; readonly encoder: string; readonly labels: number; readonly seed: number };

/** Which part of a study to run; whatever is left out is not narrowed. */
export interface Selection {
  readonly only?: "probe" | "finetune";
  readonly encoders?: readonly string[];
  /** Label counts to fine-tune with. */
  readonly labels?: readonly number[];
  readonly seeds?: number;
}

/**
 * The cells of a study, cheap and decisive ones first: each encoder with its read-outs, then fine-tuning, label count by label
 * count and seed by seed, so that whenever it is stopped all encoders were tried with the same seeds.
 */
export function listCells(study: Study, { only, encoders, labels: counts = study.finetune.labels, seeds = study.seeds }: Selection = {}): Cell[] {
  const names = Object.keys(study.encoders).filter((name) => encoders?.includes(name) ?? true);
  const numbers = Array.from({ length: Math.min(seeds, study.seeds) }, (_, index) => index + 1);
  const cells: Cell[] = [];
  for (const encoder of names) {
    if (study.encoders[encoder] !== null) cells.push({ kind: "pretrain", encoder });
    if (only === "finetune") continue;
    for (const seed of numbers) cells.push({ kind: "probe", encoder, labels: study.probe.labels, seed });
  }
  if (only === "probe") return cells;
  const compared = names.filter((name) => !study.readOutOnly.includes(name));
  for (const labels of study.finetune.labels.filter((count) => counts.includes(count))) {
    for (const seed of numbers) for (const encoder of compared) cells.push({ kind: "finetune", encoder, labels, seed });
  }
  return cells;
}

/** The name of a cell's file, without its ending. */
export function cellName(cell: Cell): string {
  const encoder = cell.encoder.replace(/[^a-z0-9]+/gi, "-");
  return cell.kind === "pretrain" ? `pretrain-${encoder}` : `${cell.kind}-${encoder}-${cell.labels}-labels-seed-${cell.seed}`;
}

/** Changes with whatever decides a cell's numbers, so that results of other settings are not taken for its own. */
export function fingerprint(study: Study, cell: Cell): string {
  const { cohort, size, pretrainingVolumes, labelledPool, testCases, encoder } = study;
  const data = { cohort, size, labelledPool, testCases, encoder };
  const pretraining = cell.encoder === RANDOM ? null : { pretrainingVolumes, ...study.encoders[cell.encoder] };
  const { steps, batchSize, learningRate } = study.finetune;
  const own = { pretrain: {}, probe: study.probe, finetune: { steps, batchSize, learningRate } }[cell.kind];
  const text = JSON.stringify([data, pretraining, own]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
