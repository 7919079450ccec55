import type { Block, Estimate as ChartEstimate } from "@ssl3d/report";
import type { Evaluation } from "../runs/evaluate-cases.js";

/** Evaluations of the same test cases, such as from scratch and pretrained, side by side: means with intervals, then every case. */
export function scoreBlocks(evaluations: Readonly<Record<string, Evaluation>>): Block[] {
  const runs = Object.entries(evaluations);
  const names = [...new Set(runs.flatMap(([, evaluation]) => Object.keys(evaluation.means)))];
  const ids = [...new Set(runs.flatMap(([, evaluation]) => evaluation.cases.map(({ id }) => id)))].sort();
  if (names.length === 0) return [];
  const estimateOf = ({ means, cases }: Evaluation, name: string): ChartEstimate | undefined => {
    const estimate = means[name];
    if (estimate === undefined) return undefined;
    const values = cases.flatMap(({ scores }) => (typeof scores[name] === "number" ? [scores[name]] : []));
    return { mean: estimate.mean, interval: estimate.interval, values };
  };
  return [
    {
      kind: "intervals",
      title: "Scores on the test cases",
      caption: `Dice: large dots are means over ${ids.length} cases, bars their 95 % confidence intervals, faint dots single cases.`,
      xLabel: "Dice",
      series: runs.map(([name]) => name),
      groups: names.map((name) => ({ name, estimates: runs.map(([, evaluation]) => estimateOf(evaluation, name)) })),
    },
    {
      kind: "table",
      title: "Scores per case",
      folded: ids.length > 12,
      columns: ["case", ...runs.flatMap(([run]) => names.map((name) => (runs.length > 1 ? `${name} ${run}` : name)))],
      rows: ids.map((id) => [
        id,
        ...runs.flatMap(([, { cases }]) => names.map((name) => cases.find((part) => part.id === id)?.scores[name] ?? null)),
      ]),
    },
  ];
}
