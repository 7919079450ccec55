import { pretrainConfig, sha256, validate, type PretrainConfig, type PretrainInput } from "@ssl3d/core";
import { join } from "node:path";
import { SMALL_TASKS } from "../small-tasks.js";

/** What images a run sees. */
export type ImageKind = "volumes" | "slices" | "photograph";

/** Synthetic brain cohorts: voxels along each axis and cases. */
export const COHORTS: Readonly<Record<"volumes" | "slices", { readonly size: number; readonly unlabelled: number; readonly labelled: number }>> = {
  volumes: { size: 48, unlabelled: 100, labelled: 17 },
  slices: { size: 64, unlabelled: 80, labelled: 17 },
};

/** Pixels along each axis of a random patch of a photograph. */
export const PHOTOGRAPH_PATCH = 64;

/** Where the images of a kind lie. */
export function dataFolder(folder: string, kind: ImageKind): string {
  if (kind === "photograph") return join(folder, "data", kind);
  const { size, unlabelled, labelled } = COHORTS[kind];
  return join(folder, "data", `brains-${size}-${unlabelled}-${labelled}`);
}

/** One pretraining of the table. */
export interface TaskRun {
  /** "rotation-3d", "rotation-2d" or "rotation-fundus". */
  readonly name: string;
  readonly images: ImageKind;
  readonly task: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  readonly steps: number;
  readonly batchSize: number;
  /** The metric that tells whether the task is learnt, and what guessing reaches. */
  readonly metric: "accuracy" | "r2";
  readonly chance: number;
}

/** A row of {@link TASK_RUNS} without what its images say. */
type Row = readonly [task: keyof typeof SMALL_TASKS, metric: TaskRun["metric"], chance: number, steps: number, batchSize: number];

/** All patches of a batch are candidates of contrastive predictive coding. */
const amongPatches = (patches: number, batchSize: number): number => 1 / (patches * batchSize);

const VOLUMES: readonly Row[] = [
  ["cpc", "accuracy", amongPatches(64, 4), 200, 4],
  ["rotation", "accuracy", 1 / 10, 200, 4],
  ["jigsaw", "accuracy", 1 / 100, 300, 6],
  ["rpl", "accuracy", 1 / 26, 800, 24],
  ["exemplar", "accuracy", 1 / 2, 120, 4],
  ["masked", "r2", 0, 200, 2],
];

const IMAGES: readonly Row[] = [
  ["cpc", "accuracy", amongPatches(25, 16), 400, 16],
  ["rotation", "accuracy", 1 / 4, 400, 16],
  ["jigsaw", "accuracy", 1 / 100, 800, 16],
  ["rpl", "accuracy", 1 / 8, 800, 32],
  ["exemplar", "accuracy", 1 / 2, 400, 16],
  ["masked", "r2", 0, 400, 16],
];

/** Every task on volumes, on slices of volumes and on random patches of a photograph. */
export const TASK_RUNS: readonly TaskRun[] = [
  ...VOLUMES.map((row) => runOf(row, "volumes", "3d")),
  ...IMAGES.map((row) => runOf(row, "slices", "2d")),
  ...IMAGES.map((row) => runOf(row, "photograph", "fundus")),
];

function runOf([task, metric, chance, steps, batchSize]: Row, images: ImageKind, suffix: string): TaskRun {
  return { name: `${task}-${suffix}`, images, task: { name: task, options: SMALL_TASKS[task] }, metric, chance, steps, batchSize };
}

const LABELS = { dataset: "brats", labels: 5, testCases: 8, labelValues: [0, 1, 2, 3], regions: "brats", steps: 100 } as const;

/** The configuration of a run whose images and run folder lie in `folder`. */
export async function configOf(run: TaskRun, folder: string): Promise<{ readonly config: PretrainConfig; readonly fingerprint: string }> {
  const config = withoutOutput(run, folder);
  const fingerprint = (await sha256(new TextEncoder().encode(JSON.stringify(config)))).slice(0, 12);
  return { config: { ...config, output: join(folder, `${run.name}-${fingerprint}`) }, fingerprint };
}

function withoutOutput({ name, images, task, steps, batchSize }: TaskRun, folder: string): PretrainConfig {
  const data = dataFolder(folder, images);
  const quarter = Math.ceil(steps / 4);
  const shared: Omit<PretrainInput, "data"> = {
    task,
    encoder: { name: "unet", options: { filters: 8, levels: 3, pooling: "none", dropout: 0 } },
    training: { steps, batchSize, learningRate: 3e-3, schedule: { name: "cosine" }, warmupSteps: 10, validateEvery: quarter, checkpointEvery: quarter },
    validationFraction: 0.2,
  };
  const input: PretrainInput =
    images === "photograph"
      ? {
          ...shared,
          // eight pixels to one, and patches of it: more than a third of the eye's width each, since smaller ones are much alike
          data: { dataset: "image-folder", path: join(data, "images"), preprocessing: { spacing: [8, 8], normalisation: "min-max" }, crop: PHOTOGRAPH_PATCH },
          probe: { every: steps },
        }
      : {
          ...shared,
          data: { dataset: "brats", path: join(data, "unlabelled"), ...(images === "slices" && { slices: "axial" }) },
          probe: { every: steps, data: { ...LABELS, labelValues: [...LABELS.labelValues], path: join(data, "labelled") } },
        };
  return validate(pretrainConfig, input, `The run ${name}`) as PretrainConfig;
}
