import { isSsl3dError, type Trainable } from "@ssl3d/core";
import { join } from "node:path";
import { loadWeightsFile } from "./encoder-folder.js";
import { readTasks, taskParts } from "./task-folder.js";
import type { TransferEvent } from "./transfer-encoder.js";
import type { UsedTask } from "./use-plugin.js";

/** Faults of weights that belong to a task of another shape. */
const NOT_FITTING: ReadonlySet<string> = new Set(["SSL3D_WEIGHTS_MISMATCH", "SSL3D_WEIGHTS_NONE_LOADED"]);

/**
 * Takes over the own layers of the tasks that a folder holds too. Layers that do not fit stay at random, and the event says why: a
 * task's layers follow the images' size and the task's options, which may well be others. `partial` takes those that fit.
 * @throws SSL3D_HASH_MISMATCH and other faults of damaged files
 */
export async function transferTask(from: string, task: UsedTask, trainable: Trainable, partial: boolean): Promise<TransferEvent[]> {
  const stored = [...(await readTasks(from))];
  const events: TransferEvent[] = [];
  for (const { plugin, key, weights } of taskParts(task, trainable.weights)) {
    const same = stored.filter((part) => part.name === plugin.plugin.name && part.package === plugin.package);
    const part = same.find((candidate) => candidate.key === key) ?? same[0];
    if (part === undefined) continue;
    stored.splice(stored.indexOf(part), 1);
    const event = { type: "transfer", part: `task ${key}`, from } as const;
    try {
      const report = await loadWeightsFile(weights, join(part.folder, part.weights.file), part.weights.sha256, { partial });
      events.push({ ...event, report, notes: [] });
    } catch (error) {
      if (!isSsl3dError(error) || !NOT_FITTING.has(error.code)) throw error;
      const random = weights.map(({ name, variable }) => ({ name, shape: variable.shape }));
      events.push({ ...event, report: { loaded: [], adapted: [], random, unused: [] }, notes: [`The task's own layers start at random. ${error.message}`] });
    }
  }
  return events;
}
