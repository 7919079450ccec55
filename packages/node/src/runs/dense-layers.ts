import { createRandom, validate } from "@ssl3d/core";
import { createDenseStack, type Layer } from "@ssl3d/nn";
import * as z from "zod";
import { join } from "node:path";
import { loadWeightsFile } from "./encoder-folder.js";
import type { StoredPart } from "./part-folder.js";

/** The name in head.json of fully connected layers by themselves: no plugin, and no encoder below. */
export const DENSE_LAYERS = "dense";

/** What head.json says of fully connected layers without an encoder. */
const denseLayersOptions = z.strictObject({
  inputs: z.int().positive().describe("Features that the first layer takes"),
  widths: z.array(z.int().positive()).describe("Outputs of each hidden layer, all with ReLU"),
  batchNorm: z.boolean().describe("Batch normalisation after every hidden layer"),
  dropout: z.number().min(0).lt(1).describe("Dropout rate after every hidden layer"),
  top: z
    .strictObject({ outputs: z.int().positive(), activation: z.enum(["linear", "relu", "sigmoid"]) })
    .nullable()
    .describe("The last layer; null where the stack ends in its last hidden layer"),
});

/** Fully connected layers built again from their folder. */
export interface DenseLayers {
  readonly inputs: number;
  readonly layer: Layer;
}

/**
 * Builds fully connected layers and loads their weights, strictly.
 * @throws SSL3D_CONFIG_INVALID, SSL3D_HASH_MISMATCH, SSL3D_SAFETENSORS_INVALID, SSL3D_WEIGHTS_MISMATCH
 */
export async function loadDenseLayers(part: StoredPart): Promise<DenseLayers> {
  const options = validate(denseLayersOptions, part.options, part.path);
  const layer = createDenseStack({ ...options, name: "head", random: createRandom(0) });
  try {
    await loadWeightsFile(layer.weights, join(part.folder, part.weights.file), part.weights.sha256);
  } catch (error) {
    layer.dispose();
    throw error;
  }
  return { inputs: options.inputs, layer };
}
