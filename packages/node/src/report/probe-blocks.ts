import type { TrainingEvent } from "@ssl3d/core";
import type { Block, Series } from "@ssl3d/report";
import type { LogLine } from "../files/run-log.js";

type ProbeEvent = Extract<TrainingEvent, { type: "probe" }>;

/** The labelled cases of a run's probes, as its log tells them. */
interface ProbeCasesLine {
  readonly training: readonly string[];
  readonly test: readonly string[];
}

/** What the online probes measured over the steps; nothing where there were none. */
export function probeBlocks(lines: readonly LogLine[]): Block[] {
  const events = (lines as unknown as readonly TrainingEvent[]).filter((event) => event.type === "probe");
  const cases = lines.findLast(({ type }) => type === "probe-cases") as unknown as ProbeCasesLine | undefined;
  const names = [...new Set(events.flatMap(({ metrics }) => Object.keys(metrics)))];
  const chart = (title: string, yLabel: string, caption: string, wanted: readonly string[], nameOf: (metric: string) => string): Block[] =>
    wanted.length === 0 ? [] : [{ kind: "curves", title, caption, xLabel: "step", yLabel, series: wanted.map((metric) => seriesOf(events, metric, nameOf(metric))) }];
  const under = (prefix: string): string[] => names.filter((name) => name.startsWith(`${prefix}/`));
  const counts = cases === undefined ? "a few labelled cases" : `${cases.training.length} labelled cases and scored on ${cases.test.length} others`;
  return [
    ...chart(
      "What the features tell of labels",
      "score, 0 to 1",
      `Now and then the encoder is held still, and two simple readers of its features are trained on ${counts}. Linear: one weight a feature; ${under("linear").includes("linear/balancedAccuracy") ? "balanced accuracy" : "Dice of each region"}. Nearest neighbours: the vote of the most similar ${under("linear").includes("linear/balancedAccuracy") ? "training images" : "training voxels"}; balanced accuracy. Step 0 is the encoder before pretraining: what rises above it was learnt without labels.`,
      [...under("linear"), ...under("knn")],
      (metric) => metric.replace("/", ", ").replace("knn", "nearest neighbours").replace("balancedAccuracy", "balanced accuracy"),
    ),
    ...chart(
      "How much cases differ to the encoder",
      "effective rank",
      "Along how many independent directions the features of the training cases spread. It cannot exceed the number of cases looked at; a fall towards 1 means that the encoder has begun to say the same of every case (collapse).",
      names.filter((name) => name === "effectiveRank"),
      () => "effective rank",
    ),
    ...chart(
      "Is there a shortcut?",
      "accuracy",
      "The task's accuracy on validation examples as they are, and with the outer eighth of each image evened out. Some loss is natural, since less is seen. Where it falls to guessing, the network may be matching the cuts at the borders instead of looking at the anatomy.",
      under("shortcut"),
      (metric) => metric.replace(/^shortcut\//, "").replace(/(?:(.*)\/)?accuracy\/(plain|masked)$/, (_, part: string | undefined, kind) => `${part === undefined ? "" : `${part}, `}${kind === "plain" ? "as they are" : "borders blanked"}`),
    ),
  ];
}

function seriesOf(events: readonly ProbeEvent[], metric: string, name: string): Series {
  return { name, points: events.map(({ step, metrics }) => ({ x: step, y: metrics[metric] ?? Number.NaN })) };
}
