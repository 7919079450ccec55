import {
  validate,
  type AnyPlugin,
  type Dataset,
  type Named,
  type PluginKind,
} from "@ssl3d/core";
import { folderFiles } from "../files/folder-files.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { findPlugin, loadPluginOf, type LoadedPlugin } from "../plugins/load.js";

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
