import { finetuneConfig, pretrainConfig, validate, type FinetuneConfig, type PretrainConfig } from "@ssl3d/core";
import { join } from "node:path";
import { SMALL_TASKS } from "../small-tasks.js";

/** The cohorts of a quickstart. */
export const COHORT_PARTS = ["unlabelled", "labelled", "test"] as const;
export type CohortPart = (typeof COHORT_PARTS)[number];

/** The size of a quickstart: how many cases of which size, and how long to train. */
export interface Plan {
  readonly folder: string;
  /** Voxels along each axis. */
  readonly size: number;
  /** Cases to pretrain on, cases that labelled ones are drawn from, and cases to score on. */
  readonly unlabelled: number;
  readonly labelled: number;
  readonly test: number;
  /** Labelled cases of a fine-tuning and of a read-out. */
  readonly labels: number;
  readonly pretrainSteps: number;
  readonly finetuneSteps: number;
  readonly probeSteps: number;
  /** Read-outs of each encoder, each with other labelled cases. */
  readonly probeSeeds: number;
  readonly filters: number;
  readonly seed: number;
}

/** Fits into five minutes on two cores with the embedded engine. */
export const FULL: Plan = {
  folder: join("runs", "quickstart"),
  size: 32,
  unlabelled: 32,
  labelled: 10,
  test: 12,
  labels: 4,
  pretrainSteps: 100,
  finetuneSteps: 40,
  probeSteps: 100,
  probeSeeds: 4,
  filters: 8,
  seed: 1,
};

/** The same path in well under a minute, for continuous integration: its scores mean nothing. */
export const SHORT: Plan = { ...FULL, unlabelled: 4, labelled: 4, test: 3, labels: 2, pretrainSteps: 4, finetuneSteps: 4, probeSteps: 5, probeSeeds: 1, filters: 4 };

/** What is segmented and scored: the values of the label volumes, and the regions that they make up. */
export const LABELS: { labelValues: readonly number[]; regions: Readonly<Record<string, readonly number[]>> } = { labelValues: [0, 1, 2], regions: { "pancreas and lesion": [1, 2] } };

/** Soft tissue, in HU. */
const PREPROCESSING = { intensityRange: [-160, 240], normalisation: "z-score" } as const;

/** Where the cohorts of a quickstart lie. */
export function cohortFolder(plan: Plan, part: CohortPart): string {
  return join(plan.folder, "cohort", part);
}

/** The network that is pretrained, and its twin from scratch. */
function architecture(plan: Plan): { name: string; options: Record<string, unknown> } {
  return { name: "unet", options: { filters: plan.filters, levels: 3, pooling: "none", dropout: 0 } };
}

/** Masked reconstruction on the unlabelled cases. */
export function pretrainPlan(plan: Plan): PretrainConfig {
  return validate(
    pretrainConfig,
    {
      task: { name: "masked", options: SMALL_TASKS.masked },
      encoder: architecture(plan),
      data: { dataset: { name: "decathlon", options: { cases: "test" } }, path: cohortFolder(plan, "unlabelled"), preprocessing: PREPROCESSING },
      training: { steps: plan.pretrainSteps, batchSize: 4, learningRate: 3e-3, schedule: { name: "cosine" }, validateEvery: 20 },
      seed: plan.seed,
      output: join(plan.folder, "pretrain"),
    },
    "The quickstart's pretraining",
  ) as PretrainConfig;
}

/** Segmentation with few labels: the same seeds, cases, steps and settings for every initialisation. */
export function finetunePlan(plan: Plan, initialisation: string, encoder: string): FinetuneConfig {
  return validate(
    finetuneConfig,
    {
      head: { name: "segmentation", options: { ...LABELS, augmentation: null } },
      encoder,
      ...(encoder === "scratch" && { architecture: architecture(plan) }),
      data: {
        dataset: "decathlon",
        path: cohortFolder(plan, "labelled"),
        labels: plan.labels,
        test: cohortFolder(plan, "test"),
        preprocessing: PREPROCESSING,
      },
      validationFraction: 0,
      training: { steps: plan.finetuneSteps, batchSize: 2, learningRate: 3e-3, schedule: { name: "cosine" } },
      seed: plan.seed,
      output: join(plan.folder, `finetune-${initialisation}`),
    },
    "The quickstart's fine-tuning",
  );
}
