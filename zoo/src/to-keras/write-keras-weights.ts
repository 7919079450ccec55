import h5wasm, { type File, type Group } from "h5wasm";
import type { KerasGroup } from "../hdf5/read-keras-checkpoint.js";
import { splitNames } from "./split-names.js";

let written = 0;

/**
 * Writes a Keras 2 weights file, as `model.save_weights("x.hdf5")` does: a group for every layer in order, and lists of names as
 * attributes. Names are ASCII strings of fixed length, which every version of h5py gives back as the bytes that TensorFlow 2.1 expects.
 *
 * @param kerasVersion decides how Keras reads it: every 2.x takes the weights as they are
 */
export async function writeKerasWeights(groups: readonly KerasGroup[], kerasVersion: string): Promise<Uint8Array> {
  const { FS, activate_throwing_error_handler: throwErrors } = await h5wasm.ready;
  // otherwise the library prints its errors and goes on
  throwErrors();
  const path = `/to-keras-${++written}.hdf5`;
  const file = new h5wasm.File(path, "w");
  try {
    writeNames(file, "layer_names", groups.map(({ name }) => name));
    writeText(file, "backend", "tensorflow");
    writeText(file, "keras_version", kerasVersion);
    for (const group of groups) writeGroup(file, group);
    file.close();
    return FS.readFile(path);
  } finally {
    FS.unlink(path);
  }
}

function writeGroup(file: File, { name, tensors }: KerasGroup): void {
  const group = openGroup(file, name.split("/"));
  writeNames(group, "weight_names", tensors.map((tensor) => tensor.name));
  for (const tensor of tensors) {
    const folders = tensor.name.split("/");
    const last = folders.pop()!;
    openGroup(group, folders).create_dataset({ name: last, data: tensor.data, shape: [...tensor.shape], dtype: "<f" });
  }
}

/** The group at the end of a path, made where it is missing with all on the way. */
function openGroup(start: Group, path: readonly string[]): Group {
  return path.reduce<Group>((group, name) => (group.keys().includes(name) ? (group.get(name) as Group) : group.create_group(name)), start);
}

function writeNames(group: Group, attribute: string, names: readonly string[]): void {
  // an empty list of Keras is one of doubles
  if (names.length === 0) return group.create_attribute(attribute, new Float64Array(0), [0], "<d");
  const { parts, length } = splitNames(names, attribute);
  parts.forEach((part, index) => group.create_attribute(parts.length === 1 ? attribute : `${attribute}${index}`, [...part], [part.length], `A${length}`));
}

function writeText(group: Group, attribute: string, text: string): void {
  group.create_attribute(attribute, text, [], `A${text.length + 1}`);
}
