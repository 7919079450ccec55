import { z } from "zod";
import type { Precision } from "../contract/plugins.js";
import { trainingOptions, type TrainingInput, type TrainingOptions } from "../train/options.js";

/** What every run can be told, whatever it trains. */
export interface RunSettings {
  readonly training: TrainingOptions;
  readonly validationFraction: number;
  readonly seed: number;
  readonly output: string;
  readonly engine: string;
  readonly precision: Precision | "auto";
  readonly threads: number | null;
  readonly workers: number;
}

/** What may be written in a configuration: every field is optional. */
export interface RunInput {
  readonly training?: TrainingInput | undefined;
  readonly validationFraction?: number | undefined;
  readonly seed?: number | undefined;
  readonly output?: string | undefined;
  readonly engine?: string | undefined;
  readonly precision?: Precision | "auto" | undefined;
  readonly threads?: number | null | undefined;
  readonly workers?: number | undefined;
}

/** The fields of {@link RunSettings}; `output` is where the run goes by default, relative to the working folder. */
export function runFields(output: string): { readonly [Key in keyof RunSettings]: z.ZodType<RunSettings[Key], RunInput[Key]> } {
  return {
    training: trainingOptions.prefault({}).describe("The training loop"),
    validationFraction: z.number().min(0).lt(1).default(0.1).describe("Fraction of the training cases kept for validation, 0 to 1"),
    seed: z.int().min(0).default(1).describe("All randomness of the run comes from it"),
    output: z.string().min(1).default(output).describe("The run folder"),
    engine: z.string().min(1).default("auto").describe('Name of the compute engine; "auto" takes the fastest that works here'),
    precision: z.enum(["auto", "float32", "bf16"]).default("auto").describe('Number format of the engine\'s arithmetic, weights stay float32; "auto" takes the engine\'s best here'),
    threads: z.int().positive().nullable().default(null).describe("Threads of the engine; null leaves it to the engine"),
    workers: z.int().min(0).default(1).describe("Data workers beside the training loop; 0 makes examples in the loop itself"),
  };
}
