import { BRATS_LABELS, describeTasks, type FinetuneConfig, type PretrainConfig } from "@ssl3d/core";
import { renderReport, type Block } from "@ssl3d/report";
import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../files/atomic.js";
import type { Environment } from "../files/environment.js";
import { readConfig, runPaths } from "../files/run-folder.js";
import { readRunLog } from "../files/run-log.js";
import { discoverPlugins, type DiscoveredPlugin } from "../plugins/discover.js";
import type { Evaluation } from "../runs/evaluate-cases.js";
import { searchPlaces, type RunOptions } from "../runs/run-options.js";
import { openDataset, usePlugin } from "../runs/use-plugin.js";
import { predictionFigures } from "./prediction-figures.js";
import { previewBlocks } from "./preview-block.js";
import { probeBlocks } from "./probe-blocks.js";
import { scoreBlocks } from "./score-blocks.js";
import { trainingBlocks, trainingFacts, trainingLog } from "./training-blocks.js";

const SHOWN_PREDICTIONS = 4;

/**
 * Writes `report.html` into a run folder from what the run left there: curves, what the task shows the network, scores,
 * predictions, configuration and environment. Works on unfinished runs too.
 * @returns the path of the report
 * @throws SSL3D_NOTHING_TO_RESUME where the folder holds no run
 */
export async function writeRunReport(folder: string, options: Pick<RunOptions, "cwd" | "bundled"> = {}): Promise<string> {
  const paths = runPaths(folder);
  const config = (await readConfig(folder)) as unknown as PretrainConfig | FinetuneConfig;
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const lines = await readRunLog(paths.log);
  const log = trainingLog(lines);
  const environment = await readJson<Environment>(paths.environment);
  const own = "task" in config ? await previewBlocks(config, plugins) : await finetuneBlocks(config, paths, plugins);
  const page = renderReport({
    title: "task" in config ? `Pretraining: ${describeTasks(config.task)}` : `Fine-tuning: ${config.head.name}`,
    summary: "task" in config ? `An encoder pretrained on ${config.data.path}${config.from === undefined ? "" : `, starting from ${config.from}`}.` : `A head on an encoder (${config.encoder}), trained on ${config.data.path}.`,
    facts: [...trainingFacts(log), ...environmentFacts(environment), { name: "Seed", value: String(config.seed) }],
    blocks: [
      ...trainingBlocks(log),
      ...probeBlocks(lines),
      ...own,
      { kind: "code", title: "Configuration", text: JSON.stringify(config, null, 2) },
      { kind: "code", title: "Environment", text: JSON.stringify(environment ?? null, null, 2) },
    ],
  });
  await writeFileAtomic(paths.report, page);
  return paths.report;
}

/** Engine, machine and version, for the facts at the top of a report. */
export function environmentFacts(environment: Environment | undefined): { readonly name: string; readonly value: string }[] {
  if (environment === undefined) return [];
  const { engine } = environment;
  return [
    { name: "Engine", value: engine.name },
    { name: "Machine", value: `${environment.cores} × ${environment.cpu}` },
    { name: "ssl3d", value: environment.ssl3d },
  ];
}

/** What the label values of a head that scores BraTS regions mean; nothing is known of other labels. */
export function labelNames(headOptions: unknown): Readonly<Record<number, string>> | undefined {
  return (headOptions as { readonly regions?: unknown }).regions === "brats" ? BRATS_LABELS : undefined;
}

async function finetuneBlocks(config: FinetuneConfig, paths: ReturnType<typeof runPaths>, plugins: readonly DiscoveredPlugin[]): Promise<Block[]> {
  const evaluation = await readJson<Evaluation>(paths.scores);
  if (evaluation === undefined) return [];
  const dataset = await openDataset(await usePlugin(plugins, "dataset", config.data.dataset), config.data.test ?? config.data.path);
  const labels = labelNames(config.head.options);
  const figures = await predictionFigures({
    dataset,
    ids: evaluation.cases.slice(0, SHOWN_PREDICTIONS).map(({ id }) => id),
    predictions: paths.predictions,
    ...(labels && { labels }),
    caption: (id) => captionOf(evaluation, id),
  });
  if (figures.length === 0) return scoreBlocks({ [config.head.name]: evaluation });
  const caption = "Filled: prediction. Outline: truth. The patient's right is on the left.";
  return [...scoreBlocks({ [config.head.name]: evaluation }), { kind: "figures", title: "Predictions", caption, figures }];
}

/** "Dice WT 0.81, TC 0.66". */
export function captionOf(evaluation: Evaluation, id: string): string {
  const scores = Object.entries(evaluation.cases.find((part) => part.id === id)?.scores ?? {});
  return `Dice ${scores.map(([name, value]) => `${name} ${value === null ? "–" : value.toFixed(2)}`).join(", ")}`;
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
