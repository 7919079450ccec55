import {
  createRandom,
  encodeSafetensors,
  PART_DESCRIPTION_VERSION,
  partDescription,
  readWeights,
  sha256,
  validate,
  type BuildRequest,
  type HeadPlugin,
  type PartDescription,
  type TaskPlugin,
  type Trainable,
  type Weight,
} from "@ssl3d/core";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFolderAtomic } from "../files/atomic.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { loadEncoder, loadWeightsFile, parseJson, type StoredEncoder } from "./encoder-folder.js";
import { namedPlugin, type UsedPlugin } from "./use-plugin.js";

const WEIGHTS = "weights.safetensors";
const DESCRIPTIONS = { head: "head.json", task: "task.json" } as const;

/** What lies on an encoder: a fine-tuned head, or a proxy task's own layers. */
export type PartKind = keyof typeof DESCRIPTIONS;

/** A part's description, and where it was read. */
export interface StoredPart extends PartDescription {
  /** The folder of the description and its weights. */
  readonly folder: string;
  /** The description itself, for messages. */
  readonly path: string;
}

/** Writes a folder of a description and its weights, which appears complete or not at all. Throws SSL3D_WRITE_FAILED. */
export async function savePart(
  folder: string,
  weights: readonly Weight[],
  plugin: UsedPlugin<HeadPlugin | TaskPlugin>,
  inputSize: readonly number[],
): Promise<void> {
  const bytes = encodeSafetensors(await readWeights(weights));
  const description: PartDescription = {
    formatVersion: PART_DESCRIPTION_VERSION,
    package: plugin.package,
    ...namedPlugin(plugin),
    inputSize,
    weights: { file: WEIGHTS, sha256: await sha256(bytes) },
  };
  const name = DESCRIPTIONS[plugin.plugin.kind];
  await writeFolderAtomic(folder, { [WEIGHTS]: bytes, [name]: `${JSON.stringify(description, null, 2)}\n` });
}

/** The description in a folder; undefined where there is none. Throws SSL3D_DAMAGED_FILE, SSL3D_CONFIG_INVALID. */
export async function readPart(folder: string, kind: PartKind): Promise<StoredPart | undefined> {
  const path = join(folder, DESCRIPTIONS[kind]);
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : { ...validate(partDescription, parseJson(text, path), path), folder, path };
}

/**
 * Builds a part on the encoder of the same run or converted folder and loads the weights of both, strictly: hash, names and shapes must
 * agree.
 * @throws as {@link loadEncoder}
 */
export async function loadOnEncoder<Part extends Pick<Trainable, "weights" | "dispose">>(
  run: string,
  stored: StoredPart,
  plugins: readonly DiscoveredPlugin[],
  build: (request: Omit<BuildRequest<unknown>, "options">) => Part,
): Promise<StoredEncoder & { readonly part: Part }> {
  const below = await loadEncoder(run, plugins);
  let part: Part | undefined;
  try {
    part = build({ encoder: below.encoder, inputSize: stored.inputSize, random: createRandom(0) });
    await loadWeightsFile(part.weights, join(stored.folder, stored.weights.file), stored.weights.sha256);
    return { ...below, part };
  } catch (error) {
    part?.dispose();
    below.encoder.dispose();
    throw error;
  }
}
