import h5wasm, { type File, type Group } from "h5wasm";
import type { KerasGroup } from "../hdf5/keras-checkpoint.js";
import { splitNames } from "./split-names.js";

let written = 0;

/**
 * Writes a Keras 2 weights file, as `model.save_weights("x.hdf5")` does: a group for every layer in order, and lists of names as
 * attributes. Names are ASCII strings of fixed length, which every version of h5py gives back as the bytes that TensorFlow 2.1 expects.
 *
 * @param kerasVersion decides how Keras reads it: every 2.x takes the weights as they are
 */
export async function writeKerasWeights(groups: readonly KerasGroup[], kerasVersion: string): Promise<Uint8Array> {
  const library = await h5wasm.ready;
  // otherwise it prints its errors and goes on
  library.activate_throwing_error_handler();
  const path = `/to-keras-${++written}.hdf5`;
  const file = new h5wasm.File(path, "w");
  try {
    writeNames(file, "layer_names", groups.map(({ name }) => name));
    writeText(file, "backend", "tensorflow");
    writeText(file, "keras_version", kerasVersion);
    const open = groupsOf(file);
    for (const group of groups) writeGroup(open, group);
  } finally {
    // what was not written yet is written now
    file.close();
  }
  try {
    return library.FS.readFile(path);
  } finally {
    library.FS.unlink(path);
  }
}

function writeGroup(open: (path: string) => Group, { name, tensors }: KerasGroup): void {
  writeNames(open(name), "weight_names", tensors.map((tensor) => tensor.name));
  for (const tensor of tensors) {
    const path = `${name}/${tensor.name}`;
    const end = path.lastIndexOf("/");
    open(path.slice(0, end)).create_dataset({ name: path.slice(end + 1), data: tensor.data, shape: [...tensor.shape], dtype: "<f" });
  }
}

/** Gives the group at a path; the first time it makes it, with all on the way. The library itself would list a whole group to find one. */
function groupsOf(file: File): (path: string) => Group {
  const made = new Map<string, Group>();
  const open = (path: string): Group => {
    const group = made.get(path);
    if (group !== undefined) return group;
    const end = path.lastIndexOf("/");
    const parent = end < 0 ? file : open(path.slice(0, end));
    const added = parent.create_group(path.slice(end + 1));
    made.set(path, added);
    return added;
  };
  return open;
}

function writeNames(group: Group, attribute: string, names: readonly string[]): void {
  if (names.length === 0) {
    // an empty list of Keras is one of doubles
    group.create_attribute(attribute, new Float64Array(0), [0], "<d");
    return;
  }
  const { parts, length } = splitNames(names, attribute);
  parts.forEach((part, index) => group.create_attribute(parts.length === 1 ? attribute : `${attribute}${index}`, [...part], [part.length], `A${length}`));
}

function writeText(group: Group, attribute: string, text: string): void {
  group.create_attribute(attribute, text, [], `A${text.length + 1}`);
}
