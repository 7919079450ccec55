import type { Block, Estimate as ChartEstimate } from "@ssl3d/report";
import type { Evaluation } from "../runs/evaluate-cases.js";
import { MEASURES, measureOf } from "../runs/measures.js";

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
  // measures have units of their own, so each gets its chart
  const measures = [...new Set(names.map(measureOf))];
  return [
    ...measures.map((measure): Block => {
      const { title } = MEASURES[measure];
      return {
        kind: "intervals",
        title: measures.length === 1 ? "Scores on the test cases" : `Scores on the test cases: ${title}`,
        caption: `${title}: large dots are means over ${ids.length} cases, bars their 95 % confidence intervals, faint dots single cases.`,
        xLabel: title,
        series: runs.map(([name]) => name),
        groups: names
          .filter((name) => measureOf(name) === measure)
          .map((name) => ({ name, estimates: runs.map(([, evaluation]) => estimateOf(evaluation, name)) })),
      };
    }),
    ...runs.flatMap(([name, evaluation]) => cohortBlocks(evaluation, runs.length > 1 ? name : undefined)),
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

/** Scores of a whole test set and what was taken for what. */
function cohortBlocks({ cohort, cases }: Evaluation, run: string | undefined): Block[] {
  if (cohort === undefined) return [];
  const suffix = run === undefined ? "" : `: ${run}`;
  const { confusion } = cohort;
  return [
    {
      kind: "table",
      title: `Scores of the test set${suffix}`,
      caption: `Over ${cases.length} cases, with 95 % intervals by resampling the cases.`,
      columns: ["score", "value", "from", "to"],
      rows: Object.entries(cohort.scores).map(([name, { value, interval }]) => [name, value, interval?.[0] ?? null, interval?.[1] ?? null]),
    },
    ...(confusion === undefined
      ? []
      : [
          {
            kind: "table" as const,
            title: `What was taken for what${suffix}`,
            caption: "Each row is a true class, each column a predicted one; right answers stand on the diagonal.",
            columns: ["truth", ...confusion.classes.map((name) => `predicted ${name}`)],
            rows: confusion.counts.map((row, label) => [confusion.classes[label] ?? String(label), ...row]),
          },
        ]),
  ];
}
