import type { Checkpoint } from "./checkpoint.js";
import { decodeCheckpoint, encodeCheckpoint, type CheckpointFiles } from "./encode-checkpoint.js";
import type { CheckpointStore, StoredCheckpoint } from "./store.js";

/** Keeps the latest checkpoint in memory, as the bytes that would lie on disk: for pages and short runs. */
export class MemoryCheckpointStore implements CheckpointStore {
  #latest: { location: string; files: CheckpointFiles } | undefined;

  /** The files of the latest checkpoint. */
  get files(): CheckpointFiles | undefined {
    return this.#latest?.files;
  }

  async save(checkpoint: Checkpoint): Promise<string> {
    const location = `memory:step-${checkpoint.state.step}`;
    this.#latest = { location, files: await encodeCheckpoint(checkpoint) };
    return location;
  }

  async loadLatest(): Promise<StoredCheckpoint | undefined> {
    if (this.#latest === undefined) return undefined;
    const { location, files } = this.#latest;
    return { location, checkpoint: await decodeCheckpoint(files, location) };
  }
}
