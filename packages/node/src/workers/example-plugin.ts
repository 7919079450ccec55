import { mixTasks, type HeadPlugin, type TaskPlugin } from "@ssl3d/core";
import { pluginPackageUnusable } from "../plugins/errors.js";
import { importPlugin, type PluginModule } from "../plugins/load.js";

/** Several tasks that run as one; where each is found, with its resolved options. */
export interface MixModules {
  readonly mix: readonly { readonly plugin: PluginModule; readonly options: unknown; readonly weight: number }[];
}

/** Imports the plugin that makes examples: a task, a head, or the tasks of a mix put together. */
export async function loadExamplePlugin(source: PluginModule | MixModules): Promise<TaskPlugin | HeadPlugin> {
  if (!("mix" in source)) return (await loadModule(source)) as TaskPlugin | HeadPlugin;
  const parts = await Promise.all(
    source.mix.map(async ({ plugin, options, weight }) => ({ task: (await loadModule(plugin)) as TaskPlugin, options, weight })),
  );
  return mixTasks(parts);
}

/** Imports any plugin by its module and export. */
export async function loadModule(source: PluginModule): Promise<unknown> {
  return await importPlugin(source, (reason, cause) => pluginPackageUnusable(source.module, reason, cause));
}
