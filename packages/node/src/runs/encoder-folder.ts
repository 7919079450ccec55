import {
  createRandom,
  decodeSafetensors,
  encoderContract,
  encodeSafetensors,
  loadWeights,
  readWeights,
  sha256,
  validate,
  type Encoder,
  type EncoderContract,
  type LoadOptions,
  type NamedArrays,
  type TransferReport,
  type Weight,
} from "@ssl3d/core";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { damagedFile, hashMismatch } from "../files/errors.js";
import { encoderNotFound } from "./errors.js";
import { writeFolderAtomic } from "../files/atomic.js";
import { readBytes } from "../files/folder-files.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { findPlugin, loadPluginOf } from "../plugins/load.js";

const WEIGHTS = "weights.safetensors";
const CONTRACT = "contract.json";

/** An encoder built again from its folder. */
export interface StoredEncoder {
  readonly encoder: Encoder;
  readonly contract: EncoderContract;
  /** The folder that holds contract.json. */
  readonly folder: string;
}

/**
 * Writes an encoder folder: weights.safetensors and contract.json. It appears complete or not at all.
 * @throws SSL3D_WRITE_FAILED
 */
export async function saveEncoder(
  folder: string,
  encoder: Encoder,
  description: Omit<EncoderContract, "weights">,
): Promise<EncoderContract> {
  const bytes = encodeSafetensors(await readWeights(encoder.weights));
  const contract = { ...description, weights: { file: WEIGHTS, sha256: await sha256(bytes) } };
  await writeFolderAtomic(folder, { [WEIGHTS]: bytes, [CONTRACT]: `${JSON.stringify(contract, null, 2)}\n` });
  return contract;
}

/**
 * The contract of the encoder in a folder: an encoder folder, or a run folder with one inside.
 * @throws SSL3D_ENCODER_NOT_FOUND, SSL3D_DAMAGED_FILE, SSL3D_CONFIG_INVALID
 */
export async function readEncoderContract(path: string): Promise<{ contract: EncoderContract; folder: string }> {
  for (const folder of [path, join(path, "encoder")]) {
    const file = join(folder, CONTRACT);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return { contract: validate(encoderContract, parseJson(text, file), file), folder };
  }
  const unfinished = await access(join(path, "config.json")).then(
    () => true,
    () => false,
  );
  throw encoderNotFound(path, unfinished);
}

/**
 * Builds the encoder of a folder and loads its weights, strictly: hash, names and shapes must agree.
 * @throws as {@link readEncoderContract}, SSL3D_HASH_MISMATCH, SSL3D_SAFETENSORS_INVALID, SSL3D_WEIGHTS_MISMATCH,
 * SSL3D_PLUGIN_UNKNOWN where the package of its architecture is not installed
 */
export async function loadEncoder(path: string, plugins: readonly DiscoveredPlugin[]): Promise<StoredEncoder> {
  const { contract, folder } = await readEncoderContract(path);
  const { plugin } = await loadPluginOf("encoder", findPlugin(plugins, "encoder", contract.architecture.name));
  const options = validate(plugin.options, contract.architecture.options, join(folder, CONTRACT));
  const encoder = plugin.build({
    rank: contract.rank,
    channels: contract.inputChannels.length,
    options,
    random: createRandom(0),
  });
  try {
    await loadWeightsFile(encoder.weights, join(folder, contract.weights.file), contract.weights.sha256);
  } catch (error) {
    encoder.dispose();
    throw error;
  }
  return { encoder, contract, folder };
}

/** Loads a weights file into a network after checking its hash; by default strictly. */
export async function loadWeightsFile(weights: readonly Weight[], path: string, expected: string, options: Omit<LoadOptions, "label"> = {}): Promise<TransferReport> {
  return loadWeights(weights, await readWeightsFile(path, expected), { ...options, label: path });
}

/** The arrays of a weights file by name, after checking its hash. */
export async function readWeightsFile(path: string, expected: string): Promise<NamedArrays> {
  const bytes = await readBytes(path);
  const received = await sha256(bytes);
  if (received !== expected) throw hashMismatch(path, expected, received);
  return decodeSafetensors(bytes, path).tensors;
}

/** The value of a JSON file's text. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damagedFile(path, "it is not valid JSON");
  }
}
