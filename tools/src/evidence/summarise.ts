import { estimateMean, estimatePairedDifference, mean, type Estimate } from "@ssl3d/core";
import { listCells, type Cell } from "./cells.js";
import type { CellResult, CellStore } from "./cell-store.js";
import { RANDOM, SHUFFLED_ROTATION, type Study } from "./study.js";

/** Mean over seeds of a score with its spread and 95 % interval. */
export interface Figure {
  readonly mean: number;
  readonly sd: number | null;
  readonly n: number;
  /** The single seeds' values. */
  readonly values: readonly number[];
  /** By test set and region. */
  readonly scores: Readonly<Record<string, { readonly mean: number; readonly pairedGain?: Gain }>>;
  /** The same after 25 and 50 % of the steps; fine-tuning only. */
  readonly early?: Readonly<Record<string, number>>;
  /** Over the encoder without pretraining, seed by seed. */
  readonly pairedGain?: Gain;
  /** Over an encoder that was trained with shuffled labels, seed by seed. */
  readonly gainOverShuffled?: Gain;
}

/** A mean difference with its 95 % confidence interval; null ends where one seed tells nothing of spread. */
export interface Gain {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly positive: number;
}

/** What is known of a cohort so far. */
export interface Summary {
  readonly cohort: string;
  readonly synthetic: true;
  /** What the means of `probe` and `finetune` are of. */
  readonly score: { readonly probe: string; readonly finetune: string };
  readonly cells: { readonly done: number; readonly planned: number; readonly seconds: number; readonly engines: readonly string[] };
  readonly pretraining: Readonly<Record<string, { readonly seconds: number } & Readonly<Record<string, number>>>>;
  readonly labels: { readonly probe: number; readonly finetune: readonly number[] };
  readonly probe: Readonly<Record<string, Figure>>;
  readonly finetune: Readonly<Record<string, Readonly<Record<string, Figure>>>>;
}

/** Sums up whatever cells of a study are finished. The encoder without pretraining is "random" in read-outs, "scratch" in fine-tuning. */
export function summarise(study: Study, store: CellStore): Summary {
  const planned = listCells(study);
  const results = planned.flatMap((cell) => store.read(cell) ?? []);
  const pretraining = results.flatMap(({ cell, seconds, proxy }) => (cell.kind === "pretrain" ? [[cell.encoder, { seconds, ...proxy }] as const] : []));
  const isRead = study.cohort === "brain" ? (name: string) => name === "colin27 WT" : () => true;
  const counts = study.finetune.labels.map((labels) => [String(labels), figures(study, results, "finetune", labels, () => true)] as const);
  return {
    cohort: study.cohort,
    synthetic: true,
    score: {
      probe: study.cohort === "brain" ? "Dice of the whole tumour, colin27" : "Dice of pancreas and lesion together",
      finetune: study.cohort === "brain" ? "mean Dice of WT, TC and ET on colin27 and icbm152" : "Dice of pancreas and lesion together",
    },
    cells: {
      done: results.length,
      planned: planned.length,
      seconds: Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0)),
      engines: [...new Set(results.map(({ engine }) => engine))],
    },
    pretraining: Object.fromEntries(pretraining),
    labels: { probe: study.probe.labels, finetune: study.finetune.labels },
    probe: figures(study, results, "probe", study.probe.labels, isRead),
    finetune: Object.fromEntries(counts.filter(([, found]) => Object.keys(found).length > 0)),
  };
}

function figures(
  study: Study,
  results: readonly CellResult[],
  kind: "probe" | "finetune",
  labels: number,
  counts: (score: string) => boolean,
): Record<string, Figure> {
  const found: Record<string, Figure> = {};
  const seedsOf = (encoder: string): Map<number, CellResult> =>
    new Map(results.flatMap((result) => (isOf(result.cell, kind, encoder, labels) ? [[result.cell.seed, result] as const] : [])));
  for (const encoder of Object.keys(study.encoders)) {
    const own = seedsOf(encoder);
    if (own.size === 0) continue;
    const seeds = [...own.keys()].sort((a, b) => a - b);
    const scoreAt = (result: CellResult, percent: string): number => {
      const dice = Object.entries(result.dice?.[percent] ?? {}).filter(([name]) => counts(name));
      return mean(dice.map(([, cases]) => mean(cases)));
    };
    const values = seeds.map((seed) => scoreAt(own.get(seed)!, "100"));
    const { sd, ...estimate } = spread(estimateMean(values));
    const gainOver = (reference: string, score: (result: CellResult) => number): Gain | undefined => {
      const base = seedsOf(reference);
      const paired = encoder === RANDOM || encoder === reference ? [] : seeds.filter((seed) => base.has(seed));
      return paired.length === 0 ? undefined : gain(paired.map((seed) => score(own.get(seed)!)), paired.map((seed) => score(base.get(seed)!)));
    };
    const scoreOf = (result: CellResult): number => scoreAt(result, "100");
    const pairedGain = gainOver(RANDOM, scoreOf);
    const gainOverShuffled = gainOver(SHUFFLED_ROTATION, scoreOf);
    const regions = Object.keys(own.get(seeds[0]!)!.dice?.["100"] ?? {}).map((name) => {
      const score = ({ dice }: CellResult): number => mean(dice!["100"]![name]!);
      const byRegion = gainOver(RANDOM, score);
      return [name, { mean: rounded(mean([...own.values()].map(score))), ...(byRegion && { pairedGain: byRegion }) }] as const;
    });
    found[encoder === RANDOM && kind === "finetune" ? "scratch" : encoder] = {
      ...estimate,
      sd,
      values: values.map(rounded),
      scores: Object.fromEntries(regions),
      ...(kind === "finetune" && { early: earlyMeans(seeds.map((seed) => own.get(seed)!), scoreAt) }),
      ...(pairedGain && { pairedGain }),
      ...(gainOverShuffled && { gainOverShuffled }),
    };
  }
  return found;
}

function earlyMeans(results: readonly CellResult[], scoreAt: (result: CellResult, percent: string) => number): Record<string, number> {
  return Object.fromEntries(["25", "50"].map((percent) => [percent, rounded(mean(results.map((result) => scoreAt(result, percent))))]));
}

function isOf(cell: Cell, kind: "probe" | "finetune", encoder: string, labels: number): cell is Exclude<Cell, { kind: "pretrain" }> {
  return cell.kind === kind && cell.encoder === encoder && cell.labels === labels;
}

function spread({ n, mean: centre, standardDeviation }: Estimate): { mean: number; sd: number | null; n: number } {
  return { mean: rounded(centre), sd: standardDeviation === null ? null : rounded(standardDeviation), n };
}

function gain(values: readonly number[], reference: readonly number[]): Gain {
  const { n, mean: centre, interval } = estimatePairedDifference(values, reference);
  const [low, high] = interval === null ? [null, null] : interval.map(rounded);
  const positive = values.filter((value, index) => value > reference[index]!).length;
  return { mean: rounded(centre), low: low!, high: high!, n, positive };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
