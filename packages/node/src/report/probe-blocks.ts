import type { TrainingEvent } from "@ssl3d/core";
import type { Block, Series } from "@ssl3d/report";

type ProbeEvent = Extract<TrainingEvent, { type: "probe" }>;

/** What the online probes measured over the steps; nothing where there were none. */
export function probeBlocks(lines: readonly { readonly type: string }[]): Block[] {
  const events = (lines as readonly TrainingEvent[]).filter((event) => event.type === "probe");
  const names = [...new Set(events.flatMap(({ metrics }) => Object.keys(metrics)))];
  const chart = (title: string, yLabel: string, caption: string, wanted: readonly string[], nameOf: (metric: string) => string): Block[] =>
    wanted.length === 0 ? [] : [{ kind: "curves", title, caption, xLabel: "step", yLabel, series: wanted.map((metric) => seriesOf(events, metric, nameOf(metric))) }];
  const under = (prefix: string): string[] => names.filter((name) => name.startsWith(`${prefix}/`));
  return [
    ...chart(
      "Probes on labelled cases",
      "score, 0 to 1",
      "How well the frozen encoder's features tell the labels: a linear read-out (Dice of each region, or balanced accuracy) and the vote of the nearest neighbours (balanced accuracy).",
      [...under("linear"), ...under("knn")],
      (metric) => metric.replace("/", ", ").replace("knn", "nearest neighbours").replace("balancedAccuracy", "balanced accuracy"),
    ),
    ...chart(
      "Spread of the features",
      "effective rank",
      "Along how many independent directions the features of the training cases differ. A fall towards 1 means that the encoder has begun to say the same of every case.",
      names.filter((name) => name === "effectiveRank"),
      () => "effective rank",
    ),
    ...chart(
      "Is there a shortcut?",
      "accuracy",
      "The task's accuracy on validation examples as they are, and with the borders of their images blanked. Where it falls far, the network looks at the cuts rather than at the anatomy.",
      under("shortcut"),
      (metric) => metric.replace(/^shortcut\//, "").replace(/(?:(.*)\/)?accuracy\/(plain|masked)$/, (_, part: string | undefined, kind) => `${part === undefined ? "" : `${part}, `}${kind === "plain" ? "as they are" : "borders blanked"}`),
    ),
  ];
}

function seriesOf(events: readonly ProbeEvent[], metric: string, name: string): Series {
  return { name, points: events.map(({ step, metrics }) => ({ x: step, y: metrics[metric] ?? Number.NaN })) };
}
