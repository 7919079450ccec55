import {
  isMix,
  mixTasks,
  tasksOf,
  validate,
  type AnyPlugin,
  type Dataset,
  type Named,
  type PluginKind,
  type TaskChoice,
  type TaskPlugin,
} from "@ssl3d/core";
import { folderFiles } from "../files/folder-files.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { findPlugin, loadPluginOf, type LoadedPlugin, type PluginModule } from "../plugins/load.js";
import type { MixModules } from "../workers/example-plugin.js";

/** A plugin that a configuration names, imported, with its options checked. */
export interface UsedPlugin<Plugin extends AnyPlugin> extends LoadedPlugin<Plugin> {
  readonly options: unknown;
  /** "package:name": what a resumed run must have again. */
  readonly identity: string;
  /** "package@version:name": what environment.json tells. */
  readonly release: string;
}

/** Imports the plugin that a configuration names and checks its options; `where` names the place in messages. */
export async function usePlugin<Kind extends PluginKind>(
  plugins: readonly DiscoveredPlugin[],
  kind: Kind,
  { name, options }: Named,
  where: string = `Options of the ${kind} "${name}"`,
): Promise<UsedPlugin<Extract<AnyPlugin, { kind: Kind }>>> {
  const loaded = await loadPluginOf(kind, findPlugin(plugins, kind, name));
  const checked: unknown = validate(loaded.plugin.options, options, where);
  return { ...loaded, options: checked, identity: `${loaded.package}:${name}`, release: `${loaded.package}@${loaded.version}:${name}` };
}

/** The task of a pretraining run, or the tasks of a mix put together. */
export interface UsedTask {
  readonly plugin: TaskPlugin;
  /** Whether it is a mix, also one of a single task. */
  readonly mixed: boolean;
  readonly options: unknown;
  /** Where data workers find it. */
  readonly source: PluginModule | MixModules;
  /** The choice with all options, for a resolved configuration. */
  readonly resolved: TaskChoice;
  /** The plugins behind it by role: "task", and "task 2" and so on in a mix. */
  readonly used: Readonly<Record<string, UsedPlugin<TaskPlugin>>>;
}

/** Imports the task, or the tasks of a mix, that a configuration names. */
export async function useTask(plugins: readonly DiscoveredPlugin[], choice: TaskChoice): Promise<UsedTask> {
  const parts = await Promise.all(
    tasksOf(choice).map(async (task) => ({ used: await usePlugin(plugins, "task", task), weight: task.weight })),
  );
  const used = Object.fromEntries(parts.map((part, index) => [index === 0 ? "task" : `task ${index + 1}`, part.used]));
  if (!isMix(choice)) {
    const { plugin, options, source } = parts[0]!.used;
    return { plugin, mixed: false, options, source, resolved: namedPlugin(parts[0]!.used), used };
  }
  return {
    plugin: mixTasks(parts.map(({ used: { plugin, options }, weight }) => ({ task: plugin, options, weight }))),
    mixed: true,
    options: {},
    source: { mix: parts.map(({ used: { source, options }, weight }) => ({ plugin: source, options, weight })) },
    resolved: parts.map((part) => ({ ...namedPlugin(part.used), weight: part.weight })),
    used,
  };
}

/** A plugin as a resolved configuration names it: with all its options. */
export function namedPlugin({ plugin, options }: UsedPlugin<AnyPlugin>): Named {
  return { name: plugin.name, options: options as Record<string, unknown> };
}

/** Opens the data set in a folder. */
export async function openDataset(used: UsedPlugin<Extract<AnyPlugin, { kind: "dataset" }>>, folder: string): Promise<Dataset> {
  return await used.plugin.open(await folderFiles(folder), used.options);
}

/** One text of each plugin in use, by role. */
export function rolesOf(used: Readonly<Record<string, UsedPlugin<AnyPlugin>>>, text: "identity" | "release"): Record<string, string> {
  return Object.fromEntries(Object.entries(used).map(([role, plugin]) => [role, plugin[text]]));
}
