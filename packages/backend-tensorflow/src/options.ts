import { z } from "zod";

/** Options of the TensorFlow engines. */
export interface TensorflowOptions {
  /** Threads of the processor for one operation. Default: TensorFlow's own choice, one per core. */
  readonly threads?: number | undefined;
}

/** Options of the TensorFlow engines. */
export const optionsSchema: z.ZodType<TensorflowOptions> = z.strictObject({
  threads: z.int().min(1).optional().describe("Threads of the processor for one operation; default: one per core. Fixed when TensorFlow is loaded."),
});
