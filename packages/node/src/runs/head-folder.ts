import {
  createRandom,
  encodeSafetensors,
  PART_DESCRIPTION_VERSION,
  partDescription,
  readWeights,
  sha256,
  validate,
  type Head,
  type HeadPlugin,
  type PartDescription,
} from "@ssl3d/core";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { headNotFound } from "./errors.js";
import { writeFolderAtomic } from "../files/atomic.js";
import { runPaths } from "../files/run-folder.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { loadEncoder, loadWeightsFile, parseJson, type StoredEncoder } from "./encoder-folder.js";
import { namedPlugin, usePlugin, type UsedPlugin } from "./use-plugin.js";

const WEIGHTS = "weights.safetensors";
const DESCRIPTION = "head.json";

/** A fine-tuned network: encoder and head. */
export interface StoredModel extends StoredEncoder {
  readonly head: Head;
  readonly plugin: UsedPlugin<HeadPlugin>;
  readonly inputSize: readonly number[];
}

/** Writes a run's head folder, which appears complete or not at all. Throws SSL3D_WRITE_FAILED. */
export async function saveHead(
  folder: string,
  head: Head,
  plugin: UsedPlugin<HeadPlugin>,
  inputSize: readonly number[],
): Promise<void> {
  const bytes = encodeSafetensors(await readWeights(head.weights));
  const description: PartDescription = {
    formatVersion: PART_DESCRIPTION_VERSION,
    package: plugin.package,
    ...namedPlugin(plugin),
    inputSize,
    weights: { file: WEIGHTS, sha256: await sha256(bytes) },
  };
  await writeFolderAtomic(folder, { [WEIGHTS]: bytes, [DESCRIPTION]: `${JSON.stringify(description, null, 2)}\n` });
}

/**
 * Builds the network of a fine-tuning run and loads its weights, strictly.
 * @throws SSL3D_HEAD_NOT_FOUND, and as {@link loadEncoder}
 */
export async function loadModel(run: string, plugins: readonly DiscoveredPlugin[]): Promise<StoredModel> {
  const folder = runPaths(run).head;
  const file = join(folder, DESCRIPTION);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw headNotFound(run);
  const description = validate(partDescription, parseJson(text, file), file);
  const plugin = await usePlugin(plugins, "head", description, file);
  const stored = await loadEncoder(run, plugins);
  const head = plugin.plugin.build({
    encoder: stored.encoder,
    options: plugin.options,
    inputSize: description.inputSize,
    random: createRandom(0),
  });
  try {
    await loadWeightsFile(head.weights, join(folder, description.weights.file), description.weights.sha256);
  } catch (error) {
    head.dispose();
    stored.encoder.dispose();
    throw error;
  }
  return { ...stored, head, plugin, inputSize: description.inputSize };
}
