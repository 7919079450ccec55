import { nameParts, type TaskPlugin, type Trainable, type Weight } from "@ssl3d/core";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runPaths } from "../files/run-folder.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import type { StoredEncoder } from "./encoder-folder.js";
import { taskNotFound } from "./errors.js";
import { loadOnEncoder, readPart, savePart, type StoredPart } from "./part-folder.js";
import { usePlugin, type UsedPlugin, type UsedTask } from "./use-plugin.js";

/** The proxy task of a folder, or one of its mix. */
export interface StoredTask extends StoredPart {
  /** What a mix calls it, such as "rotation" or "rotation-2". */
  readonly key: string;
}

/** A pretrained network: encoder and the task's own layers. */
export interface StoredPretext extends StoredEncoder {
  readonly trainable: Trainable;
  readonly plugin: UsedPlugin<TaskPlugin>;
  readonly inputSize: readonly number[];
}

/** The own layers of each task of a run: its plugin, what its folder is called in a mix, and its weights by their own names. */
export function taskParts(task: UsedTask, weights: readonly Weight[]): { plugin: UsedPlugin<TaskPlugin>; key: string; weights: readonly Weight[] }[] {
  const parts = nameParts(Object.values(task.used).map((used) => ({ task: used.plugin, used })));
  return parts.map(({ name, used }) => {
    const prefix = `${name}/`;
    const own = weights.flatMap((weight) => (weight.name.startsWith(prefix) ? [{ ...weight, name: weight.name.slice(prefix.length) }] : []));
    return { plugin: used, key: name.replaceAll(/[^\w.-]+/g, "-"), weights: task.mixed ? own : weights };
  });
}

/**
 * Writes what a pretraining run learnt besides the encoder: task.json and weights in the folder, or for a mix of tasks in one folder
 * below it for each. Throws SSL3D_WRITE_FAILED.
 */
export async function saveTask(folder: string, { weights }: Trainable, task: UsedTask, inputSize: readonly number[]): Promise<void> {
  for (const { plugin, key, weights: own } of taskParts(task, weights))
    await savePart(task.mixed ? join(folder, key) : folder, own, plugin, inputSize);
}

/** The tasks whose layers a run or converted folder holds; none where it has no task folder. */
export async function readTasks(run: string): Promise<StoredTask[]> {
  const folder = runPaths(run).task;
  const single = await readPart(folder, "task");
  if (single !== undefined) return [{ ...single, key: single.name }];
  const keys = await readdir(folder).catch(() => []);
  const parts = await Promise.all(keys.sort().map(async (key) => ({ part: await readPart(join(folder, key), "task"), key })));
  return parts.flatMap(({ part, key }) => (part === undefined ? [] : [{ ...part, key }]));
}

/**
 * Builds the network of a pretraining run or a converted folder and loads its weights, strictly. `key` chooses among the tasks of a mix.
 * @throws SSL3D_TASK_NOT_FOUND, and as {@link loadOnEncoder}
 */
export async function loadTask(run: string, plugins: readonly DiscoveredPlugin[], key?: string): Promise<StoredPretext> {
  const tasks = await readTasks(run);
  const stored = key === undefined && tasks.length === 1 ? tasks[0] : tasks.find((task) => task.key === key);
  if (stored === undefined) throw taskNotFound(run, key, tasks.map((task) => task.key));
  const plugin = await usePlugin(plugins, "task", stored, stored.path);
  const { part, ...below } = await loadOnEncoder(run, stored, plugins, (request) => plugin.plugin.build({ ...request, options: plugin.options }));
  return { ...below, trainable: part, plugin, inputSize: stored.inputSize };
}
