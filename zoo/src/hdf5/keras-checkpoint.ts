/** One weight of a Keras file. */
export interface KerasTensor {
  /** As the file spells it, e.g. "conv3d/kernel:0"; only its last part means something in every version of Keras. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The type that it has in the file, where that is not float32. */
  readonly storedAs?: "float16" | "float64";
  /** Within `withKerasCheckpoint` read from the file whenever it is asked for. */
  readonly data: Float32Array;
  /** The same numbers in order, a part at a time. */
  readonly pieces?: () => Iterable<Float32Array>;
}

/** The weights of one layer, or of one nested network, in the file's order. */
export interface KerasGroup {
  readonly name: string;
  readonly tensors: readonly KerasTensor[];
}

/** What a Keras HDF5 file holds, as data. */
export interface KerasCheckpoint {
  /** The file, for messages. */
  readonly label: string;
  /** In the order of the attribute layer_names, with those that have no weights. */
  readonly groups: readonly KerasGroup[];
  /** The attribute model_config, parsed; null in files of weights alone. */
  readonly model: unknown;
  readonly kerasVersion: string | null;
  readonly hasOptimizer: boolean;
}
