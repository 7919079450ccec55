import { z } from "zod";

/** Options of the wasm engine. */
export const optionsSchema: z.ZodType<WasmOptions> = z.strictObject({
  wasmPaths: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .describe(
      "Browser only: the folder (URL ending in a slash) that serves tfjs-backend-wasm-simd.wasm, or a map from file name to URL. Node finds the file itself.",
    ),
});

/** Options of the wasm engine. */
export interface WasmOptions {
  /** Browser only: where tfjs' .wasm files are served, as a folder URL or a map from file name to URL. */
  readonly wasmPaths?: string | Readonly<Record<string, string>> | undefined;
}
