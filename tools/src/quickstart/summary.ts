import type { Estimate } from "@ssl3d/core";
import type { Evaluation, PretrainResult } from "@ssl3d/node";
import { formatGain, gains, verdict, type Findings } from "./report.js";

/** The machine-readable result, `runs/quickstart/summary.json` (documented in docs/machine-readable.md). */
export function summarise(findings: Findings, pretrained: PretrainResult, report: string, predictions: readonly string[]): object {
  const { engine, precision, seconds, finetune, probe, finetuneSteps } = findings;
  const evaluated = (evaluation: Evaluation): object => ({
    steps: finetuneSteps,
    dice: mapValues(evaluation.means, ({ mean }) => mean),
    n: evaluation.cases.length,
    ci95: mapValues(evaluation.means, ({ interval }) => interval),
  });
  return {
    engine,
    precision,
    seconds: Math.round(seconds),
    pretrain: { task: "rotation", steps: pretrained.step, loss: pretrained.last?.loss, accuracy: pretrained.validation?.metrics["accuracy"] ?? pretrained.last?.metrics["accuracy"] },
    finetune: mapValues(finetune, evaluated),
    probe: mapValues(probe, (dice) => ({ dice: mapValues(dice, ({ mean }) => mean) })),
    report,
    predictions,
  };
}

/** The short table at the end of a quickstart. */
export function formatFindings({ finetune, probe }: Findings): string {
  const regions = Object.keys(finetune.scratch.means);
  const row = (name: string, cells: readonly string[]): string => [name.padEnd(34), ...cells.map((cell) => cell.padEnd(26))].join("").trimEnd();
  const withInterval = ({ mean, interval }: Estimate): string =>
    `${mean.toFixed(3)}${interval === null ? "" : ` [${interval.map((end) => end.toFixed(2)).join(", ")}]`}`;
  const means = (estimates: Readonly<Record<string, Estimate>>): string[] =>
    regions.map((region) => (estimates[region] === undefined ? "–" : withInterval(estimates[region])));
  const gain = gains(finetune);
  return [
    row("Dice on the other anatomy", regions),
    row("fine-tuned from scratch", means(finetune.scratch.means)),
    row("fine-tuned from pretrained", means(finetune.pretrained.means)),
    row("gain, paired", regions.map((region) => formatGain(gain[region] as Estimate))),
    row("", regions.map((region) => verdict(gain[region] as Estimate))),
    row("linear read-out, random encoder", means(probe.random)),
    row("linear read-out, pretrained", means(probe.pretrained)),
  ].join("\n");
}

function mapValues<Value, Result>(record: Readonly<Record<string, Value>>, change: (value: Value) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
