import { finetuneConfig, pretrainConfig, validate, type FinetuneConfig, type PretrainConfig } from "@ssl3d/core";
import { join } from "node:path";

/** The size of a quickstart: how many cases of which size, and how long to train. */
export interface Plan {
  readonly folder: string;
  /** Voxels along each axis. */
  readonly size: number;
  readonly unlabelled: number;
  readonly labelled: number;
  readonly test: number;
  readonly pretrainSteps: number;
  readonly finetuneSteps: number;
  readonly probeSteps: number;
  readonly filters: number;
  readonly seed: number;
}

/** Fits into five minutes on two cores with the embedded engine. */
export const FULL: Plan = {
  folder: join("runs", "quickstart"),
  size: 32,
  unlabelled: 32,
  labelled: 5,
  test: 12,
  pretrainSteps: 120,
  finetuneSteps: 120,
  probeSteps: 150,
  filters: 8,
  seed: 1,
};

/** The same path in well under a minute, for continuous integration: its scores mean nothing. */
export const SHORT: Plan = { ...FULL, unlabelled: 4, labelled: 2, test: 3, pretrainSteps: 4, finetuneSteps: 4, probeSteps: 5, filters: 4 };

/** Where the cohorts of a quickstart lie. */
export function cohortFolder(plan: Plan, part: "unlabelled" | "labelled" | "test"): string {
  return join(plan.folder, "cohort", part);
}

/** The network that is pretrained, and its twin from scratch. */
export function architecture(plan: Plan): { name: string; options: Record<string, unknown> } {
  return { name: "unet", options: { filters: plan.filters, levels: 3, pooling: "none", dropout: 0 } };
}

/** Rotation prediction on the unlabelled cases. */
export function pretrainPlan(plan: Plan): PretrainConfig {
  return validate(
    pretrainConfig,
    {
      task: { name: "rotation", options: { widths: [256, 64], dropout: 0 } },
      encoder: architecture(plan),
      data: { dataset: "brats", path: cohortFolder(plan, "unlabelled") },
      training: { steps: plan.pretrainSteps, batchSize: 4, learningRate: 1e-3, schedule: { name: "cosine" }, validateEvery: 20 },
      seed: plan.seed,
      output: join(plan.folder, "pretrain"),
    },
    "The quickstart's pretraining",
  );
}

/** Segmentation with few labels: the same seeds, cases, steps and settings for every initialisation. */
export function finetunePlan(plan: Plan, initialisation: string, encoder: string): FinetuneConfig {
  return validate(
    finetuneConfig,
    {
      head: { name: "segmentation", options: { labelValues: [0, 1, 2, 3], regions: "brats" } },
      encoder,
      ...(encoder === "scratch" && { architecture: architecture(plan) }),
      data: { dataset: "brats", path: cohortFolder(plan, "labelled"), test: cohortFolder(plan, "test") },
      validationFraction: 0,
      training: { steps: plan.finetuneSteps, batchSize: 2, learningRate: 3e-3, schedule: { name: "cosine" } },
      seed: plan.seed,
      output: join(plan.folder, `finetune-${initialisation}`),
    },
    "The quickstart's fine-tuning",
  );
}
