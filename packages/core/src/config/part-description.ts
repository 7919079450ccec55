import { z } from "zod";
import type { Named } from "./named.js";

/** Version of head.json and task.json. */
export const PART_DESCRIPTION_VERSION = 1;

/**
 * The content of head/head.json and task/task.json: what builds a head's or a proxy task's own layers again, on the encoder whose
 * contract lies in the same run folder or converted folder.
 */
export interface PartDescription extends Named {
  readonly formatVersion: typeof PART_DESCRIPTION_VERSION;
  /** The npm package of the plugin. */
  readonly package: string;
  /** Spatial size in voxels that the layers are built for: of a head's images, of a task's volumes; empty where they take vectors. */
  readonly inputSize: readonly number[];
  readonly weights: { readonly file: string; readonly sha256: string };
}

/** Reads head.json and task.json. */
export const partDescription: z.ZodType<PartDescription> = z.strictObject({
  formatVersion: z.literal(PART_DESCRIPTION_VERSION).describe("Version of this file's format"),
  package: z.string().describe("The npm package of the plugin"),
  name: z.string().min(1).describe("The head or task plugin"),
  options: z.record(z.string(), z.unknown()).describe("Its resolved options"),
  inputSize: z.array(z.int().positive()).max(3).describe("Spatial size in voxels that its layers are built for"),
  weights: z.strictObject({
    file: z.string().describe("File beside this one"),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
  }),
});
