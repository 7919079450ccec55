import {
  decodeSafetensors,
  encoderContract,
  isSsl3dError,
  partDescription,
  sha256,
  validate,
  type EncoderContract,
  type NumericArray,
  type PartDescription,
} from "@ssl3d/core";
import type { ConversionReport } from "../conversion-report.js";
import { WEIGHTS, type ConvertedFiles } from "../converted-folder.js";
import { incompleteFolder, weightsDiffer } from "./errors.js";

/** What a folder holds, read and checked. */
export interface FolderContent {
  /** Names the folder in errors. */
  readonly label: string;
  readonly contract?: EncoderContract;
  readonly part?: PartDescription & { readonly plugin: "task" | "head" };
  /** Where the folder was converted from a Keras file. */
  readonly conversion?: ConversionReport;
  /** Every weight by its place in the folder, as conversion reports write it, e.g. "weights.safetensors: level0/conv1/kernel". */
  readonly weights: ReadonlyMap<string, NumericArray>;
}

/** The place of a weight in a folder, as conversion reports write it. */
export function placeOf(part: "encoder" | "task" | "head", weight: string): string {
  return `${part === "encoder" ? "" : `${part}/`}${WEIGHTS}: ${weight}`;
}

/**
 * Reads the files of a folder.
 * @throws SSL3D_KERAS_FOLDER_INCOMPLETE, SSL3D_KERAS_WEIGHTS_DIFFER, SSL3D_CONFIG_INVALID, SSL3D_SAFETENSORS_INVALID
 */
export async function readFolderContent(files: ConvertedFiles, label: string): Promise<FolderContent> {
  const weights = new Map<string, NumericArray>();
  const read = async (part: "encoder" | "task" | "head", { file, sha256: expected }: PartDescription["weights"]): Promise<void> => {
    const path = `${part === "encoder" ? "" : `${part}/`}${file}`;
    const bytes = files[path];
    if (!(bytes instanceof Uint8Array)) throw incompleteFolder(label, `${path} is missing`);
    if ((await sha256(bytes)) !== expected) throw weightsDiffer(label, part === "encoder" ? "contract.json" : `${part}/${part}.json`, `a ${path} with another SHA-256`);
    for (const [name, array] of decodeSafetensors(bytes, `${label}/${path}`).tensors) weights.set(placeOf(part, name), array);
  };
  const contract = readJson(files, label, "contract.json", (value, path) => validate(encoderContract, value, path));
  if (contract !== undefined) await read("encoder", contract.weights);
  const plugin = files["task/task.json"] === undefined ? "head" : "task";
  const description = readJson(files, label, `${plugin}/${plugin}.json`, (value, path) => validate(partDescription, value, path));
  if (description !== undefined) await read(plugin, description.weights);
  if (contract === undefined && description === undefined) throw incompleteFolder(label, "contract.json is missing");
  const conversion = readJson(files, label, "conversion.json", (value) => value as ConversionReport);
  return {
    label,
    weights,
    ...(contract !== undefined && { contract }),
    ...(description !== undefined && { part: { ...description, plugin } }),
    // a conversion by a mapping file knows of no Keras file
    ...(Array.isArray(conversion?.layout) && Array.isArray(conversion.tensors) && { conversion }),
  };
}

function readJson<Value>(files: ConvertedFiles, label: string, path: string, read: (value: unknown, path: string) => Value): Value | undefined {
  const content = files[path];
  if (content === undefined) return undefined;
  try {
    return read(JSON.parse(typeof content === "string" ? content : new TextDecoder().decode(content)), `${label}/${path}`);
  } catch (error) {
    if (isSsl3dError(error)) throw error;
    throw incompleteFolder(label, `${path} is not valid JSON`);
  }
}
