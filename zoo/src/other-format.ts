/** A format of weights that a file turned out to have: what it is, and how its weights come in. */
export interface OtherFormat {
  readonly name: "hdf5" | "keras-archive" | "pytorch" | "safetensors";
  readonly what: string;
  readonly fix: string;
}

const FROM_PYTORCH = "Export its tensors to safetensors and convert them by a mapping: ssl3d convert mapping; docs/from-other-frameworks.md shows how.";
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const HDF5 = [0x89, 0x48, 0x44, 0x46];
/** How pickles of protocol 2 and later begin. */
const PICKLE = 0x80;
/** Bytes of an archive in which the name of its first file lies. */
const FIRST_NAME = 512;

/** What a file is by its first bytes, where that is a format in which weights are shared. */
export function formatOf(bytes: Uint8Array): OtherFormat | undefined {
  const beginsWith = (start: readonly number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, FIRST_NAME));
  if (beginsWith(HDF5)) return { name: "hdf5", what: "an HDF5 file", fix: "If Keras wrote it, convert it with ssl3d convert keras." };
  if (beginsWith(ZIP) && /config\.json|metadata\.json|model\.weights\.h5/.test(text)) {
    return { name: "keras-archive", what: "an archive of Keras 3 (.keras)", fix: "Open it in Keras and save it as HDF5: keras.saving.load_model(\"x.keras\").save(\"x.h5\")." };
  }
  if (beginsWith(ZIP) && text.includes("data.pkl")) return { name: "pytorch", what: "a file of PyTorch", fix: FROM_PYTORCH };
  if (bytes[0] === PICKLE && bytes[1]! >= 2 && bytes[1]! <= 5) return { name: "pytorch", what: "a pickle of Python, as PyTorch's older files are", fix: FROM_PYTORCH };
  if (text[8] === "{" && bytes[7] === 0) return { name: "safetensors", what: "a safetensors file", fix: "Convert it by a mapping: ssl3d convert mapping; docs/from-other-frameworks.md shows how." };
  return undefined;
}
