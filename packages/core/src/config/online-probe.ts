import { z } from "zod";
import { named, type Named, type NamedInput } from "./named.js";

/** Labelled cases that features are probed on during pretraining. */
export interface ProbeCases {
  readonly path: string;
  /** Null is the layout of the cases that are pretrained on. */
  readonly dataset: Named | null;
  readonly labels: number;
  readonly testCases: number;
  /** Null are those that the cases have. */
  readonly labelValues: readonly number[] | null;
  readonly regions: "labels" | "brats";
  readonly steps: number;
  readonly neighbours: number;
}

/** What is measured now and then during pretraining. */
export interface OnlineProbeOptions {
  readonly every: number | { readonly epochs: number } | null;
  readonly images: number;
  readonly data: ProbeCases | null;
}

/** What may be written: every field is optional but the folder of labelled cases. */
export interface OnlineProbeInput {
  readonly every?: OnlineProbeOptions["every"] | undefined;
  readonly images?: number | undefined;
  readonly data?:
    | (Omit<{ readonly [Key in keyof ProbeCases]?: ProbeCases[Key] | undefined }, "path" | "dataset"> & {
        readonly path: string;
        readonly dataset?: NamedInput | null | undefined;
      })
    | null
    | undefined;
}

const cases = z.strictObject({
  path: z.string().min(1).describe("Folder of the labelled cases, relative to the working folder; keep the test cases of later studies out of it"),
  dataset: named.nullable().default(null).describe("Layout of that folder; null is the layout of the cases that are pretrained on"),
  labels: z.int().positive().default(4).describe("Labelled cases that the probes learn from"),
  testCases: z.int().positive().default(8).describe("Other labelled cases that they are scored on, at most"),
  labelValues: z.array(z.int().min(0)).min(2).nullable().default(null).describe("Values of the label volumes, the background first; null takes those that the cases have"),
  regions: z.enum(["labels", "brats"]).default("labels").describe("What the linear read-out's Dice is told of: each label, or BraTS' WT, TC and ET"),
  steps: z.int().positive().default(100).describe("Updates of the linear read-out on label volumes"),
  neighbours: z.int().positive().default(5).describe("Neighbours that vote in the nearest-neighbour probe"),
});

/** Options of the online probes: the only place of their defaults, units and descriptions. */
export const onlineProbeOptions: z.ZodType<OnlineProbeOptions, OnlineProbeInput> = z.strictObject({
  every: z
    .union([z.int().positive(), z.strictObject({ epochs: z.number().positive().describe("Passes over the training cases") })])
    .nullable()
    .default(null)
    .describe("Steps between probes, or { epochs }; null: a quarter of the steps, at least 100. One more is made before the first step and after the last"),
  images: z.int().min(3).default(16).describe("Training cases, or random slices or patches of them, over whose features the effective rank is taken, at most"),
  data: cases.nullable().default(null).describe("Labelled cases for a linear and a nearest-neighbour probe; null makes none"),
});

/** Steps from one probe to the next. */
export function probeInterval({ every }: OnlineProbeOptions, training: { steps: number; batchSize: number; gradientAccumulation: number }, cases: number): number {
  if (every === null) return Math.max(100, Math.ceil(training.steps / 4));
  if (typeof every === "number") return every;
  return Math.max(1, Math.round((every.epochs * cases) / (training.batchSize * training.gradientAccumulation)));
}
