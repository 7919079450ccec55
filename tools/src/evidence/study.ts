import type { TaskChoiceInput } from "@ssl3d/core";
import { SMALL_TASKS } from "../small-tasks.js";

/** The cohorts that are studied. */
export type CohortName = "pancreas" | "brain";

/** How an encoder is trained before it is read out or fine-tuned. */
export interface Pretraining {
  /** A proxy task or a mix; null trains a segmentation network with the labels of all pretraining volumes: the upper control. */
  readonly task: TaskChoiceInput | null;
  /** What is done to the task: labels that have nothing to do with the image (the lower control), or intensities varied first. */
  readonly change?: "shuffled labels" | "varied intensities";
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Fine-tuning starts from the task's decoder, too. */
  readonly withDecoder?: true;
}

/** Everything that decides a study's numbers. */
export interface Study {
  readonly cohort: CohortName;
  /** Voxels along each axis. */
  readonly size: number;
  readonly pretrainingVolumes: number;
  /** Cases that labelled subsets are drawn from. */
  readonly labelledPool: number;
  /** Cases of each test set. */
  readonly testCases: number;
  readonly encoder: { readonly filters: number; readonly levels: number };
  /** By name, without commas, since the command lists them; null is an encoder without pretraining, drawn anew for each seed. */
  readonly encoders: Readonly<Record<string, Pretraining | null>>;
  readonly seeds: number;
  readonly probe: { readonly labels: number; readonly steps: number };
  /** Encoders that are not fine-tuned: the read-out answers what they were made for. */
  readonly readOutOnly: readonly string[];
  readonly finetune: {
    /** The most telling count first. */
    readonly labels: readonly number[];
    readonly steps: number;
    readonly batchSize: number;
    readonly learningRate: number;
  };
}

/** The encoder without pretraining: "random" where it is read out, "scratch" where it is fine-tuned. */
export const RANDOM = "random";

/** The lower control: what training alone does, with labels that have nothing to do with the images. */
export const SHUFFLED_ROTATION = "shuffled rotation";

const small = (name: keyof typeof SMALL_TASKS): { name: string; options: Readonly<Record<string, unknown>> } => ({ name, options: SMALL_TASKS[name] });
const RPL = small("rpl");
const ROTATION = small("rotation");
const MASKED = small("masked");

const learningRate = 3e-3;

/**
 * The encoders in the order of the study: first those that decide whether it finds what the reference found. Steps are
 * as many as a task needs until it is learnt; what they cost stands in the results.
 */
const ENCODERS: Readonly<Record<string, Pretraining | null>> = {
  [RANDOM]: null,
  rotation: { task: ROTATION, steps: 300, batchSize: 4, learningRate },
  rpl: { task: RPL, steps: 2400, batchSize: 24, learningRate },
  masked: { task: MASKED, steps: 300, batchSize: 2, learningRate },
  "all labels": { task: null, steps: 300, batchSize: 2, learningRate: 3e-3 },
  "rotation + masked": { task: [{ ...ROTATION, weight: 1 }, { ...MASKED, weight: 1 }], steps: 300, batchSize: 4, learningRate },
  jigsaw: { task: small("jigsaw"), steps: 400, batchSize: 4, learningRate },
  cpc: { task: small("cpc"), steps: 300, batchSize: 4, learningRate },
  exemplar: { task: small("exemplar"), steps: 200, batchSize: 4, learningRate },
  [SHUFFLED_ROTATION]: { task: ROTATION, change: "shuffled labels", steps: 300, batchSize: 4, learningRate },
  "shuffled rpl": { task: RPL, change: "shuffled labels", steps: 2400, batchSize: 24, learningRate },
};

const PANCREAS: Study = {
  cohort: "pancreas",
  size: 48,
  pretrainingVolumes: 120,
  labelledPool: 24,
  testCases: 24,
  encoder: { filters: 16, levels: 3 },
  encoders: {
    ...ENCODERS,
    // The reference fine-tunes better from masked reconstruction than we do: does it take its decoder, or more of it?
    "masked with its decoder": { task: MASKED, steps: 300, batchSize: 2, learningRate, withDecoder: true },
    "longer masked": { task: MASKED, steps: 1200, batchSize: 2, learningRate },
  },
  seeds: 6,
  probe: { labels: 4, steps: 150 },
  readOutOnly: [],
  finetune: { labels: [4, 8, 2], steps: 160, batchSize: 2, learningRate: 3e-3 },
};

const BRAIN: Study = {
  ...PANCREAS,
  cohort: "brain",
  pretrainingVolumes: 160,
  encoders: {
    ...ENCODERS,
    // There intensity tells the lesion: does an encoder that must not trust intensities keep it?
    "rotation of varied intensities": { task: ROTATION, change: "varied intensities", steps: 300, batchSize: 4, learningRate },
    // and does one that goes on long after the task is solved?
    "longer rotation": { task: ROTATION, steps: 1200, batchSize: 4, learningRate },
    // the first of both is not learnt in its steps
    "longer rotation of varied intensities": { task: ROTATION, change: "varied intensities", steps: 1200, batchSize: 4, learningRate },
  },
  probe: { labels: 5, steps: 150 },
  readOutOnly: ["rotation of varied intensities", "longer rotation", "longer rotation of varied intensities"],
  finetune: { ...PANCREAS.finetune, labels: [5, 10, 2] },
};

/** A study that means nothing and takes a minute: it shows that every part works. */
function tiny(study: Study): Study {
  const encoders = Object.entries(study.encoders).map(([name, plan]) => [name, plan && { ...plan, steps: 2, batchSize: 2 }] as const);
  return {
    ...study,
    size: 24,
    pretrainingVolumes: 4,
    labelledPool: 3,
    testCases: 2,
    encoder: { filters: 2, levels: 2 },
    encoders: Object.fromEntries(encoders),
    seeds: 2,
    probe: { labels: 2, steps: 3 },
    finetune: { ...study.finetune, labels: [2], steps: 4 },
  };
}

/** The study of a cohort, or the tiny one that only shows that it works. */
export function studyOf(cohort: CohortName, isSmoke: boolean): Study {
  const study = cohort === "pancreas" ? PANCREAS : BRAIN;
  return isSmoke ? tiny(study) : study;
}
