import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readBytes } from "../files/folder-files.js";
import { inputIsFolder } from "./convert-errors.js";

/**
 * The bytes of a file to convert. A folder is told for what it is.
 * @param expected what the file should be, for the message
 * @throws SSL3D_READ_FAILED
 */
export async function readFileToConvert(path: string, expected: string): Promise<Uint8Array> {
  const held = await readdir(path).catch(() => undefined);
  if (held === undefined) return await readBytes(path);
  if (held.includes("saved_model.pb")) {
    const fix = 'Load it in Keras and save it as HDF5: tf.keras.models.load_model("folder").save_weights("x.hdf5").';
    throw inputIsFolder(path, expected, "a SavedModel folder of TensorFlow", fix);
  }
  if (held.includes("contract.json")) throw inputIsFolder(path, expected, "an encoder or converted folder of ssl3d", "It needs no conversion: encode, finetune, pretrain --from and run take it as it is.");
  const candidates = held.filter((name) => /\.(hdf5|h5|safetensors)$/i.test(name)).sort();
  const fix = candidates.length === 0 ? "Name the file itself." : `Name one file, such as ${join(path, candidates[0]!)}; each is converted into a folder of its own.`;
  throw inputIsFolder(path, expected, "a folder", fix);
}
