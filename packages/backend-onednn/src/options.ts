import { availableParallelism } from "node:os";
import { z } from "zod";

/** Options of the native engine. */
export interface OnednnOptions {
  /** Threads that compute. Default: all that this process may use. */
  threads: number;
  /** "bf16" stores activations and their gradients in 16 bits. Default: bf16 where the processor computes in it. */
  precision?: "float32" | "bf16" | undefined;
}

/** Checks the options and fills in the defaults. */
export const optionsSchema: z.ZodType<OnednnOptions> = z.strictObject({
  threads: z.int().min(1).default(availableParallelism()).describe("Threads that compute"),
  precision: z.enum(["float32", "bf16"]).optional().describe("How activations are stored; bf16 needs AVX-512 BF16 or AMX"),
});
