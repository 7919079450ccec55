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
  photograph: `2D: random patches, ${PHOTOGRAPH_PATCH} x ${PHOTOGRAPH_PATCH} pixels, of one fundus photograph at an eighth of its resolution`,
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
- **accuracy, borders evened out**: on 16 held-out examples as they are → with the outer eighth of each image set to its mean. A fall to chance hints at a shortcut along the cuts; sixteen examples tell .1 from nothing at best.

## Is there a shortcut in rpl-3d?
No. Evening out the borders of patches of 13^3 voxels takes 67 % of them, and the accuracy falls by less than where as many voxels are taken in one piece elsewhere. What continues across a cut does not help
either: with the middle patch exchanged for one of another head, cut at another place of its cell, the accuracy stays, as it does where the middle patch loses the sides that face its neighbour. Only the neighbour's own
content counts, most on its sides towards the middle of the head, since the others often lie in air. On heads that all lie alike, the network thus learns where in the head a patch comes from, hardly how two patches
lie to each other. Jitter is not what keeps a shortcut away here, but it makes the task harder than to learn 27 places by heart, and 3 voxels give the best read-out of the three.

| 480 held-out examples, accuracy | jitter 0 (16^3) | jitter 3 (13^3) | jitter 6 (10^3) |
| --- | --- | --- | --- |
| as they are | 0.988 | 0.921 | 0.679 |
| borders evened out (58 %, 67 %, 49 % of the voxels) | 0.865 | 0.650 | 0.479 |
| as many voxels: a slab at a random place | 0.525 | 0.369 | 0.467 |
| as many voxels: a cube at a random place | 0.717 | 0.533 | 0.519 |
| as many voxels: the core | 0.796 | 0.677 | 0.554 |
| middle patch: an eighth off its sides towards the neighbour | 0.985 | 0.919 | 0.692 |
| middle patch: an eighth off its sides away from it | 0.985 | 0.921 | 0.675 |
| neighbour: an eighth off its sides towards the middle | 0.913 | 0.685 | 0.567 |
| neighbour: an eighth off its sides away from it | 0.988 | 0.925 | 0.679 |
| middle patch of another head, cut at another place of its cell | 0.983 | 0.921 | 0.677 |
| linear read-out, WT (5 labels, 3 seeds; sd .05) | 0.368 | 0.542 | 0.295 |

By \`npm run task-runs -- --blank RUN\` on the finished run, and on two of its configuration with another \`patchJitter\` (\`ssl3d pretrain config.json\`); read-outs by \`ssl3d probe --labels 5 --seeds 3\`. Chance is 0.038.

The fundus photograph is \`skimage.data.retina()\` of scikit-image (CC0, Mikael Häggström, WikiJournal of Medicine 1(2), 2014); it is not in this repository. Give it with \`--photograph FILE\`.`;
