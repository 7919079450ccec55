import type { NumericArray } from "../contract/volume.js";
import type { TrainingOptions } from "../train/options.js";

/** Named tensors as they lie in a weights file. */
export type NamedArrays = ReadonlyMap<string, NumericArray>;

/** All that a training run needs to go on, besides tensors: the content of `state.json`. */
export interface CheckpointState {
  /** Version of the checkpoint format. */
  readonly format: 1;
  /** Finished steps. The position of the batch source and every random stream follow from it. */
  readonly step: number;
  readonly optimizer: { readonly name: string; readonly iterations: number };
  /** Whether the encoder was frozen in the last step; the optimiser's state is that of this phase. */
  readonly encoderFrozen: boolean;
  /** The interruption came before the validation that was due after this step. */
  readonly validationDue: boolean;
  /** Path of the random stream: the run's seed and the labels that lead to the stream. */
  readonly seed: string;
  readonly options: TrainingOptions;
  /** Identities of the plugins in use, "package:name" by role. */
  readonly plugins: Readonly<Record<string, string>>;
}

/** A training run between two steps. */
export interface Checkpoint {
  readonly state: CheckpointState;
  /** Weights by name, the encoder's under "encoder/", those of the task or head under "head/". */
  readonly weights: NamedArrays;
  /** State of the optimiser by name, such as "m/encoder/level0/conv1/kernel". */
  readonly optimizer: NamedArrays;
}
