import {
  CHECKPOINT_FILES,
  decodeCheckpoint,
  encodeCheckpoint,
  type CheckpointFile,
  type CheckpointStore,
} from "@ssl3d/core";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFolderAtomic, type WriteSystem } from "./atomic.js";
import { readBytes } from "./folder-files.js";

/** How checkpoints are kept on disk. */
export interface DiskCheckpointOptions {
  /** Checkpoints to keep; older ones are deleted once a newer one is safe. Default 3. */
  readonly keep?: number;
  readonly system?: WriteSystem;
}

/** Keeps checkpoints in a folder, one subfolder "step-00000100" each, which appears complete or not at all. */
export function diskCheckpoints(folder: string, options: DiskCheckpointOptions = {}): CheckpointStore {
  const keep = options.keep ?? 3;
  return {
    async save(checkpoint) {
      const location = join(folder, `step-${String(checkpoint.state.step).padStart(8, "0")}`);
      await writeFolderAtomic(location, await encodeCheckpoint(checkpoint), options.system);
      const all = await savedSteps(folder);
      for (const old of all.slice(keep)) await rm(join(folder, old.name), { recursive: true, force: true });
      return location;
    },
    async loadLatest() {
      const latest = (await savedSteps(folder))[0];
      if (latest === undefined) return undefined;
      const location = join(folder, latest.name);
      const files = await Promise.all(CHECKPOINT_FILES.map(async (name) => [name, await readBytes(join(location, name))]));
      const byName = Object.fromEntries(files) as Record<CheckpointFile, Uint8Array>;
      return { checkpoint: await decodeCheckpoint(byName, location), location };
    },
  };
}

/** The checkpoints of a folder, most steps first. The number counts, not the spelling: step-9 comes after step-10. */
export async function savedSteps(folder: string): Promise<{ readonly name: string; readonly step: number }[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const digits = /^step-(\d+)$/.exec(name)?.[1];
      return digits === undefined ? [] : [{ name, step: Number(digits) }];
    })
    .sort((a, b) => b.step - a.step);
}
