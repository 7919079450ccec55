import type { Checkpoint } from "./checkpoint.js";

/** Where checkpoints are kept: a run folder (@ssl3d/node), memory. */
export interface CheckpointStore {
  /** Saves whole or not at all, and resolves to where it lies, for messages. */
  save(checkpoint: Checkpoint): Promise<string>;
  /** The checkpoint with the most steps, or undefined where there is none. Throws a coded error where it is damaged. */
  loadLatest(): Promise<StoredCheckpoint | undefined>;
}

/** A checkpoint and where it lies. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly location: string;
}
