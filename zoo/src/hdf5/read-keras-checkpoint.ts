import { isSsl3dError } from "@ssl3d/core";
import h5wasm, { Group, type File } from "h5wasm";
import { badHdf5, linkedElsewhere, otherFormat } from "../errors.js";
import { formatOf } from "../other-format.js";
import type { KerasCheckpoint, KerasGroup, KerasTensor } from "./keras-checkpoint.js";
import { openObject } from "./open-object.js";
import { readTensor } from "./read-tensor.js";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
let opened = 0;

/**
 * Reads a Keras HDF5 file, full model or weights alone, as data: nothing in it is executed or rebuilt. Optimizer state is not read.
 * @param bytes the file; not to be changed afterwards
 * @param label names the file in errors
 * @throws SSL3D_KERAS_FILE_INVALID
 */
export async function readKerasCheckpoint(bytes: Uint8Array, label: string): Promise<KerasCheckpoint> {
  return await withKerasCheckpoint(bytes, label, (checkpoint) => {
    const groups = checkpoint.groups.map(({ name, tensors }) => ({ name, tensors: tensors.map(withData) }));
    return { ...checkpoint, groups };
  });
}

function withData({ name, shape, storedAs, data }: KerasTensor): KerasTensor {
  return { name, shape, data, ...(storedAs !== undefined && { storedAs }) };
}

/** Does something with a checkpoint whose weights are read as they are asked for, which saves the memory of a large file. */
export async function withKerasCheckpoint<Result>(bytes: Uint8Array, label: string, use: (checkpoint: KerasCheckpoint) => Result): Promise<Result> {
  if (!isHdf5(bytes)) {
    const other = formatOf(bytes);
    if (other !== undefined) throw otherFormat(label, other.what, other.fix);
    throw badHdf5(label, bytes.length === 0 ? "it is empty" : "it does not begin as HDF5 files do");
  }
  const library = await h5wasm.ready;
  const { FS } = library;
  // otherwise the library prints its errors
  library.activate_throwing_error_handler();
  const path = `/keras-${++opened}.hdf5`;
  // canOwn: the file in memory is not copied
  FS.writeFile(path, bytes, { canOwn: true } as object);
  let file: File | undefined;
  try {
    file = new h5wasm.File(path, "r");
    return use(readContent(file, label, bytes.length));
  } catch (error) {
    if (isSsl3dError(error)) throw error;
    const reason = reasonOf(error);
    if (reason.includes("external raw data file")) throw linkedElsewhere(label, "a layer", "numbers lie in another file (external storage), which is not opened");
    throw badHdf5(label, `it cannot be read (${reason})`, error);
  } finally {
    try {
      file?.close();
    } catch {
      // what it held is in memory alone, and goes with it
    }
    FS.unlink(path);
  }
}

/** Whether the format's signature stands at the beginning, or behind a block of the user's of 512, 1024, 2048, ... bytes. */
function isHdf5(bytes: Uint8Array): boolean {
  const standsAt = (start: number): boolean => SIGNATURE.every((byte, index) => bytes[start + index] === byte);
  for (let start = 512; start < bytes.length; start *= 2) if (standsAt(start)) return true;
  return standsAt(0);
}

function readContent(file: File, label: string, bytes: number): KerasCheckpoint {
  const inner = file.keys().includes("model_weights") ? openObject(file, "model_weights", "the model", label) : undefined;
  const root = inner instanceof Group ? inner : file;
  const names = namesIn(root, "layer_names");
  if (names === undefined) throw notKeras2(file, label);
  const budget = { elements: bytes / 2 };
  return {
    label,
    groups: names.map((name) => readGroup(root, name, label, budget)),
    model: readModel(file, label),
    kerasVersion: textOf(root.attrs["keras_version"]?.value ?? file.attrs["keras_version"]?.value),
    hasOptimizer: file.keys().includes("optimizer_weights"),
  };
}

/** HDF5 of another hand. */
function notKeras2(file: File, label: string): Error {
  const keys = file.keys();
  if (keys.includes("_layer_checkpoint_dependencies") || (keys.includes("layers") && keys.includes("vars"))) {
    return otherFormat(label, "a weights file of Keras 3 (.weights.h5)", 'Load it into its model in Keras 3 and save that as HDF5: model.save("x.h5").');
  }
  const held = keys.length === 0 ? "nothing" : keys.slice(0, 5).map((key) => `"${key}"`).join(", ") + (keys.length > 5 ? ", ..." : "");
  return otherFormat(label, `HDF5 of another kind: it lists no layers ("layer_names"), and holds ${held}`, 'Give a file that Keras saved with model.save("x.hdf5") or model.save_weights("x.hdf5").');
}

/** A list of names; long ones are split over attributes with numbers behind their name. */
function namesIn(group: Group, attribute: string): string[] | undefined {
  const { attrs } = group;
  if (attribute in attrs) return texts(attrs[attribute]!.value);
  const parts: string[] = [];
  for (let part = 0; `${attribute}${part}` in attrs; part++) parts.push(...texts(attrs[`${attribute}${part}`]!.value));
  return parts.length === 0 ? undefined : parts;
}

function readGroup(root: Group, name: string, label: string, budget: { elements: number }): KerasGroup {
  const what = `layer "${name}"`;
  const group = openObject(root, name, what, label);
  if (!(group instanceof Group)) throw badHdf5(label, `${what} is no group of weights`);
  const tensors = (namesIn(group, "weight_names") ?? []).map((weight) => readTensor(group, name, weight, label, budget));
  return { name, tensors };
}

function readModel(file: File, label: string): unknown {
  const text = textOf(file.attrs["model_config"]?.value);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badHdf5(label, 'its attribute "model_config" is not JSON', cause);
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
}

function textOf(value: unknown): string | null {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "string" ? value : null;
}

/** HDF5's errors list every function on the way down; what the last one says is what was wrong. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n");
  const reasons = lines.flatMap((line) => /^ +#\d+: .*\(\): (.+)$/.exec(line)?.[1] ?? []);
  return (reasons[reasons.length - 1] ?? lines[0]!).slice(0, 160) || "no reason given";
}
