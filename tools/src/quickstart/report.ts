import { estimateMean, estimatePairedDifference, mean, type Estimate, type Scores } from "@ssl3d/core";
import {
  captionOf,
  formatDuration,
  openDataset,
  predictionFigures,
  previewBlocks,
  readRunLog,
  runPaths,
  scoreBlocks,
  trainingBlocks,
  trainingLog,
  usePlugin,
  writeFileAtomic,
  type DiscoveredPlugin,
  type Evaluation,
} from "@ssl3d/node";
import { renderReport, type Block } from "@ssl3d/report";
import { join } from "node:path";
import { formatGain } from "../format-gain.js";
import { cohortFolder, finetunePlan, pretrainPlan, type Plan } from "./plan.js";

/** Scores of the test cases: by case, one a seed. */
export type Readout = Readonly<Record<string, readonly Scores[]>>;

/** What a quickstart found. */
export interface Findings {
  readonly engine: string;
  readonly precision: string;
  readonly seconds: number;
  readonly finetuneSteps: number;
  readonly finetune: Readonly<Record<"pretrained" | "scratch", Evaluation>>;
  readonly probe: Readonly<Record<"pretrained" | "random", Readout>>;
}

/** Mean gain of the pretrained over the scratch network, case by case, per region. */
export function gains({ pretrained, scratch }: Findings["finetune"]): Record<string, Estimate> {
  const entries = Object.keys(scratch.means).map((region) => {
    const pairs = scratch.cases.flatMap(({ id, scores }) => {
      const other = pretrained.cases.find((part) => part.id === id)?.scores[region];
      const own = scores[region];
      return typeof own === "number" && typeof other === "number" ? [[other, own] as const] : [];
    });
    return [region, estimatePairedDifference(pairs.map(([a]) => a), pairs.map(([, b]) => b))] as const;
  });
  return Object.fromEntries(entries);
}

/** Dice of a read-out over the test cases, each the mean over seeds; or how much it is above another read-out of the same cases. */
export function readoutDice(readout: Readout, reference?: Readout): Record<string, Estimate> {
  const perCase = (cases: Readout, region: string): number[] => Object.values(cases).map((scores) => mean(scores.map((one) => one[region] ?? 0)));
  const regions = Object.keys(Object.values(readout)[0]?.[0] ?? {});
  return Object.fromEntries(
    regions.map((region) => {
      const own = perCase(readout, region);
      return [region, reference === undefined ? estimateMean(own, { range: [0, 1] }) : estimatePairedDifference(own, perCase(reference, region))] as const;
    }),
  );
}

/** "0.412 [0.35, 0.47]": a mean with its 95 % confidence interval. */
export function formatEstimate({ mean, interval }: Estimate): string {
  return `${mean.toFixed(3)}${interval === null ? "" : ` [${interval.map((end) => end.toFixed(2)).join(", ")}]`}`;
}

/** Whether the interval lies on one side of zero. */
export function verdict({ interval }: Estimate): string {
  if (interval === null) return "one case: no interval";
  return interval[0] > 0 ? "pretraining helped" : interval[1] < 0 ? "pretraining hurt" : "within the interval";
}

/** Writes the page that shows the whole quickstart. */
export async function writeReport(plan: Plan, findings: Findings, plugins: readonly DiscoveredPlugin[]): Promise<string> {
  const { finetune, probe } = findings;
  const pretrain = pretrainPlan(plan);
  const logOf = async (folder: string) => trainingLog(await readRunLog(runPaths(folder).log));
  const losses = await Promise.all(
    (["pretrained", "scratch"] as const).map(async (name) => ({
      name,
      points: (await logOf(finetunePlan(plan, name, "scratch").output)).steps.map(({ step, loss }) => ({ x: step, y: loss })),
    })),
  );
  const dataset = await openDataset(await usePlugin(plugins, "dataset", finetunePlan(plan, "pretrained", pretrain.output).data.dataset), cohortFolder(plan, "test"));
  const figures = await predictionFigures({
    dataset,
    ids: finetune.pretrained.cases.slice(0, 4).map(({ id }) => id),
    predictions: runPaths(join(plan.folder, "finetune-pretrained")).predictions,
    labels: { 1: "pancreas", 2: "lesion" },
    caption: (id) => captionOf(finetune.pretrained, id),
  });
  const regions = Object.keys(finetune.scratch.means);
  const blocks: Block[] = [
    {
      kind: "table",
      title: "Linear read-out of the frozen encoder",
      caption: `Dice of one linear layer per level on features that stay as they are, trained on ${plan.labels} labelled cases; mean over ${plan.probeSeeds} draws of the cases, with its 95 % confidence interval over test cases. Nothing but the encoder differs.`,
      columns: ["encoder", ...regions],
      rows: [
        ...Object.entries(probe).map(([name, readout]) => [name, ...Object.values(readoutDice(readout)).map(formatEstimate)]),
        ["gain by pretraining", ...Object.values(readoutDice(probe.pretrained, probe.random)).map((gain) => `${formatGain(gain)}: ${verdict(gain)}`)],
      ],
    },
    ...scoreBlocks(finetune),
    {
      kind: "table",
      title: "Gain by pretraining",
      caption: "Dice of the pretrained minus the scratch network on the same cases: mean with its 95 % confidence interval. One run of each: run-to-run variance comes on top.",
      columns: ["region", "gain", "reading"],
      rows: Object.entries(gains(finetune)).map(([region, gain]) => [region, formatGain(gain), verdict(gain)]),
    },
    { kind: "figures", title: "Predictions of the pretrained network", caption: "Filled: prediction. Outline: truth. The patient's right is on the left.", figures },
    { kind: "curves", title: "Fine-tuning loss", xLabel: "step", yLabel: "loss", series: losses },
    ...(await previewBlocks(pretrain, plugins)),
    ...trainingBlocks(await logOf(pretrain.output)).map((block) => ({ ...block, title: `Pretraining: ${block.title.toLowerCase()}` })),
    { kind: "code", title: "Configuration: pretraining", text: JSON.stringify(pretrain, null, 2) },
    { kind: "code", title: "Configuration: fine-tuning", text: JSON.stringify(finetunePlan(plan, "pretrained", pretrain.output), null, 2) },
  ];
  const page = renderReport({
    title: "ssl3d quickstart",
    summary: `A U-Net encoder pretrained by masked reconstruction on ${plan.unlabelled} unlabelled volumes: what a linear layer reads from it against a random encoder, and how it does fine-tuned with ${plan.labels} labelled volumes against the same network from scratch with the same budget; scored on ${plan.test} other cases.`,
    notes: [
      "Synthetic data: abdominal CT with a pancreas that looks like its neighbours, so that its place tells it. Pretraining and fine-tuning share a generator, so gains look optimistic; nothing here is evidence about patients.",
      "Part of the gain comes of training on images at all, whatever is asked: docs/results holds each task against an encoder that learnt nothing.",
      "This is the smallest setting in which pretraining shows. docs/results has the study of all tasks at full size.",
    ],
    facts: [
      { name: "Engine", value: `${findings.engine}, ${findings.precision}` },
      { name: "Time", value: formatDuration(findings.seconds) },
      { name: "Volumes", value: `${plan.size}³ voxels, CT` },
      { name: "Steps", value: `${plan.pretrainSteps} + ${plan.finetuneSteps}` },
      { name: "Seed", value: String(plan.seed) },
    ],
    blocks,
  });
  const path = join(plan.folder, "report.html");
  await writeFileAtomic(path, page);
  return path;
}
