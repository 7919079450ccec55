import type { Figures } from "@ssl3d/core";
import { writeFileAtomic } from "@ssl3d/node";
import { COHORTS, PHOTOGRAPH_PATCH, type ImageKind, type TaskRun } from "./plan.js";
import type { RunResult } from "./run-result.js";

/** A run of the plan that is finished. */
export type FinishedRun = TaskRun & RunResult;

const { volumes, slices } = COHORTS;

const TITLES: Readonly<Record<ImageKind, string>> = {
  volumes: `3D: synthetic brain tumours, ${volumes.size}^3 voxels, 4 contrasts, ${volumes.unlabelled} unlabelled cases`,
  slices: `2D: axial slices of such brains, ${slices.size} x ${slices.size} pixels, ${slices.unlabelled} unlabelled cases`,
  photograph: `2D: random patches, ${PHOTOGRAPH_PATCH} x ${PHOTOGRAPH_PATCH} pixels, of one fundus photograph at a quarter of its resolution`,
};

const COLUMNS = ["run", "metric", "chance", "training", "held-out cases", "loss", "steps x batch", "seconds"];
const READOUT_COLUMNS = ["linear read-out, WT", "nearest neighbours", "effective rank", "accuracy, borders evened out"];

/** Writes docs/results/tasks.md. */
export async function writeTable(path: string, runs: readonly FinishedRun[]): Promise<void> {
  await writeFileAtomic(path, markdown(runs));
}

function markdown(runs: readonly FinishedRun[]): string {
  const engines = [...new Set(runs.map(({ engine, machine }) => `${engine}, on ${machine}`))];
  const kinds = (Object.keys(TITLES) as ImageKind[]).filter((kind) => runs.some(({ images }) => images === kind));
  return `${[
    "# What the six proxy tasks reach",
    "Every task in 3D and 2D, with a small U-Net (8 filters, 3 levels, dropout 0) and short runs: it shows that the tasks can be learnt and what the features are worth before and after, not how good they can get. " +
      "The brains are synthetic; nothing here is evidence about patients. One run each. Other work ran on the machine, so the seconds are upper bounds.",
    `Made by \`npm run task-runs\`, a single run by \`npm run task-runs -- --only rotation-3d\`; the configurations lie in tools/src/task-runs/plan.ts, the figures in [tasks](tasks). Engine: ${engines.join("; ")}.`,
    ...kinds.map((kind) => section(kind, runs.filter(({ images }) => images === kind))),
    NOTES,
  ].join("\n\n")}\n`;
}

function section(kind: ImageKind, runs: readonly FinishedRun[]): string {
  const labelled = kind !== "photograph";
  const columns = labelled ? [...COLUMNS, ...READOUT_COLUMNS] : [...COLUMNS, ...READOUT_COLUMNS.slice(2, 3)];
  const rows = runs.map((run) => {
    const { name, metric, chance, training, validation, steps, examplesPerStep, seconds, before, after } = run;
    const change = (figure: string, digits: number): string => `${format(before[figure], digits)} → ${format(after[figure], digits)}`;
    const common = [name, METRICS[metric], String(Number(chance.toPrecision(2))), format(training[metric], 3), format(validation?.[metric], 3), format(training["loss"], 3), `${steps} x ${examplesPerStep}`, String(seconds)];
    const rank = change("effectiveRank", 1);
    return labelled ? [...common, change("linear/WT", 3), change("knn/balancedAccuracy", 3), rank, shortcut(after)] : [...common, rank];
  });
  return [`## ${TITLES[kind]}`, "", ...[columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`)].join("\n");
}

const METRICS: Readonly<Record<TaskRun["metric"], string>> = { accuracy: "accuracy", r2: "R²" };

function shortcut(after: Figures): string {
  const plain = after["shortcut/accuracy/plain"];
  return plain === undefined ? "" : `${format(plain, 2)} → ${format(after["shortcut/accuracy/masked"], 2)}`;
}

function format(value: number | null | undefined, digits: number): string {
  return typeof value === "number" ? value.toFixed(digits) : "–";
}

const NOTES = `## What the columns mean
- **metric, chance**: the share of right answers, and what guessing reaches; for masked reconstruction the share of the hidden voxels' variance that is explained.
  Guessing of contrastive predictive coding is among all patches of a batch, so it falls with the batch.
- **training, loss**: means over the last 20 steps. **held-out cases**: after the last step, on a fifth of the cases; the photograph is a single case, so nothing is held out.
- **linear read-out, WT**: Dice of the whole tumour on 8 test cases, by one linear layer a level on the frozen encoder, trained on 5 labelled cases; before pretraining (a random encoder) → after. **nearest neighbours**: balanced accuracy of 4 classes of voxels; chance .25.
  One draw of labelled cases and of the encoder's first weights: read differences under .05 as noise.
- **effective rank**: along how many directions the features of 16 cases differ, before → after. Towards 1 is a collapse. Exemplar's is low: with its margin of 1, which only opposite codes meet, it sorts cases into two heaps.
- **accuracy, borders evened out**: on 16 held-out examples as they are → with the outer eighth of each image set to its mean. A fall to chance hints at a shortcut along the cuts.

The fundus photograph is \`skimage.data.retina()\` of scikit-image (CC0, Mikael Häggström, WikiJournal of Medicine 1(2), 2014); it is not in this repository. Give it with \`--photograph FILE\`.`;
