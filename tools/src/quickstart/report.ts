import { estimatePairedDifference, BRATS_LABELS, type Estimate } from "@ssl3d/core";
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
import { cohortFolder, finetunePlan, pretrainPlan, type Plan } from "./plan.js";

/** What a quickstart found. */
export interface Findings {
  readonly engine: string;
  readonly precision: string;
  readonly seconds: number;
  readonly finetuneSteps: number;
  readonly finetune: Readonly<Record<"pretrained" | "scratch", Evaluation>>;
  readonly probe: Readonly<Record<"pretrained" | "random", Readonly<Record<string, Estimate>>>>;
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

/** "+0.012 [-0.010, +0.034]": a difference with its 95 % confidence interval. */
export function formatGain({ mean, interval }: Estimate): string {
  const signed = (value: number): string => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;
  return interval === null ? signed(mean) : `${signed(mean)} [${interval.map(signed).join(", ")}]`;
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
  const dataset = await openDataset(await usePlugin(plugins, "dataset", pretrain.data.dataset), cohortFolder(plan, "test"));
  const figures = await predictionFigures({
    dataset,
    ids: finetune.pretrained.cases.slice(0, 4).map(({ id }) => id),
    predictions: runPaths(join(plan.folder, "finetune-pretrained")).predictions,
    labels: { 1: BRATS_LABELS[1] as string, 2: BRATS_LABELS[2] as string, 3: BRATS_LABELS[3] as string },
    caption: (id) => captionOf(finetune.pretrained, id),
  });
  const blocks: Block[] = [
    ...scoreBlocks(finetune),
    {
      kind: "table",
      title: "Gain by pretraining",
      caption: "Dice of the pretrained minus the scratch network on the same cases: mean with its 95 % confidence interval. One run of each: run-to-run variance comes on top.",
      columns: ["region", "gain", "reading"],
      rows: Object.entries(gains(finetune)).map(([region, gain]) => [region, formatGain(gain), verdict(gain)]),
    },
    {
      kind: "table",
      title: "Linear read-out of the frozen encoder",
      caption: `Dice of one linear layer per level, trained on ${plan.labelled} labelled cases.`,
      columns: ["encoder", ...Object.keys(probe.random)],
      rows: Object.entries(probe).map(([name, dice]) => [name, ...Object.values(dice).map(({ mean }) => mean)]),
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
    summary: `A U-Net encoder pretrained by rotation prediction on ${plan.unlabelled} unlabelled volumes, fine-tuned with ${plan.labelled} labelled ones, against the same network from scratch with the same budget; scored on ${plan.test} cases of another anatomy.`,
    notes: [
      "Synthetic data: real anatomies (Colin27 for training, ICBM152 for the test), warped, with painted tumours. Pretraining and fine-tuning share a generator, so gains look optimistic; nothing here is evidence about patients.",
      "On this cohort intensity tells the tumour, and rotation teaches the encoder where it is rather than how bright: rotation is not expected to win here.",
    ],
    facts: [
      { name: "Engine", value: `${findings.engine}, ${findings.precision}` },
      { name: "Time", value: formatDuration(findings.seconds) },
      { name: "Volumes", value: `${plan.size}³ voxels, 4 contrasts` },
      { name: "Steps", value: `${plan.pretrainSteps} + ${plan.finetuneSteps}` },
      { name: "Seed", value: String(plan.seed) },
    ],
    blocks,
  });
  const path = join(plan.folder, "report.html");
  await writeFileAtomic(path, page);
  return path;
}
