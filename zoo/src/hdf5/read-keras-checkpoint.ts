/** One weight of a Keras file. */
export interface KerasTensor {
  /** As the file spells it, e.g. "conv3d/kernel:0"; only its last part means something in every version of Keras. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
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
