import type { Estimate } from "@ssl3d/core";
import type { Evaluation, PretrainResult } from "@ssl3d/node";
import { formatGain } from "../format-gain.js";
import { formatEstimate, gains, readoutDice, verdict, type Findings } from "./report.js";
import { pretrainPlan, type Plan } from "./plan.js";

/** The machine-readable result, `runs/quickstart/summary.json` (documented in docs/machine-readable.md). */
export function summarise(plan: Plan, findings: Findings, pretrained: PretrainResult, report: string, predictions: readonly string[]): object {
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
    pretrain: { task: taskName(plan), steps: pretrained.step, loss: pretrained.last?.loss, ...pretrained.validation?.metrics },
    finetune: mapValues(finetune, evaluated),
    gain: mapValues(gains(finetune), interval),
    probe: {
      ...mapValues(probe, (readout) => ({ dice: mapValues(readoutDice(readout), ({ mean }) => mean) })),
      gain: mapValues(readoutDice(probe.pretrained, probe.random), interval),
    },
    report,
    predictions,
  };
}

/** The short table at the end of a quickstart. */
export function formatFindings({ finetune, probe }: Findings): string {
  const regions = Object.keys(finetune.scratch.means);
  const row = (name: string, cells: readonly string[]): string => [name.padEnd(34), ...cells.map((cell) => cell.padEnd(26))].join("").trimEnd();
  const of = (estimates: Readonly<Record<string, Estimate>>, format: (estimate: Estimate) => string): string[] =>
    regions.map((region) => (estimates[region] === undefined ? "–" : format(estimates[region])));
  const comparison = (gain: Readonly<Record<string, Estimate>>): string[] => [row("gain, paired", of(gain, formatGain)), row("", of(gain, verdict))];
  return [
    row("Dice on the test cases", regions),
    row("linear read-out, random encoder", of(readoutDice(probe.random), formatEstimate)),
    row("linear read-out, pretrained", of(readoutDice(probe.pretrained), formatEstimate)),
    ...comparison(readoutDice(probe.pretrained, probe.random)),
    row("fine-tuned from scratch", of(finetune.scratch.means, formatEstimate)),
    row("fine-tuned from pretrained", of(finetune.pretrained.means, formatEstimate)),
    ...comparison(gains(finetune)),
  ].join("\n");
}

function taskName(plan: Plan): string {
  const { task } = pretrainPlan(plan);
  return "name" in task ? task.name : task.map(({ name }) => name).join(" + ");
}

function interval({ mean, interval: ci95 }: Estimate): object {
  return { mean, ci95 };
}

function mapValues<Value, Result>(record: Readonly<Record<string, Value>>, change: (value: Value) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
