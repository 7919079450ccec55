import { checkPlugin, unknownPlugin, type AnyPlugin, type PluginKind, type Ssl3dError } from "@ssl3d/core";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pluginPackageUnusable, pluginWrongExport } from "./errors.js";
import type { DiscoveredPlugin } from "./discover.js";
import { entryFile, packageIn } from "./packages.js";

/** Where a worker finds a plugin again: a module and the name of its export. */
export interface PluginModule {
  /** URL of the module. */
  readonly module: string;
  readonly export: string;
}

/** A plugin that was imported, with the place it came from. */
export interface LoadedPlugin<Plugin extends AnyPlugin = AnyPlugin> {
  readonly plugin: Plugin;
  readonly source: PluginModule;
  /** Package that holds it, and its version. */
  readonly package: string;
  readonly version: string;
}

/**
 * Finds the plugin of a kind and name among those discovered.
 * @throws SSL3D_PLUGIN_UNKNOWN with the nearest names, or the error under which it was listed.
 */
export function findPlugin(plugins: readonly DiscoveredPlugin[], kind: PluginKind, name: string): DiscoveredPlugin {
  const found = plugins.find((plugin) => plugin.kind === kind && plugin.name === name);
  if (found === undefined) {
    const known = plugins.filter((plugin) => plugin.kind === kind).map((plugin) => plugin.name);
    throw unknownPlugin(kind, name, known);
  }
  if (found.error !== undefined) throw found.error;
  return found;
}

/**
 * Imports a discovered plugin.
 * @throws SSL3D_PLUGIN_UNUSABLE where the package cannot be loaded, SSL3D_PLUGIN_MALFORMED or SSL3D_PLUGIN_EXPORT where
 * its export is not what the manifest says, SSL3D_PLUGIN_CONTRACT where it was made for another contract.
 */
export async function loadPlugin(found: DiscoveredPlugin): Promise<LoadedPlugin> {
  const installed = await packageIn(found.folder);
  const entry = typeof installed === "object" ? entryFile(installed.file) : undefined;
  if (entry === undefined) throw pluginPackageUnusable(found.package, "it has no module to import");
  const source = { module: pathToFileURL(join(found.folder, entry)).href, export: found.export };
  const plugin = await importPlugin(source, (reason, cause) => pluginPackageUnusable(found.package, reason, cause));
  checkPlugin(plugin, `export "${found.export}" of ${found.package} ${found.version}`);
  if (plugin.kind !== found.kind || plugin.name !== found.name) throw pluginWrongExport(found, plugin);
  return { plugin, source, package: found.package, version: found.version };
}

/** Imports a discovered plugin of a known kind. Throws as {@link loadPlugin}. */
export async function loadPluginOf<Kind extends PluginKind>(
  kind: Kind,
  found: DiscoveredPlugin,
): Promise<LoadedPlugin<Extract<AnyPlugin, { kind: Kind }>>> {
  const loaded = await loadPlugin(found);
  if (loaded.plugin.kind !== kind) throw new Error(`Asked for a ${kind} but found a ${loaded.plugin.kind}.`);
  return loaded as LoadedPlugin<Extract<AnyPlugin, { kind: Kind }>>;
}

/** Imports the value behind a {@link PluginModule}; what goes wrong inside the module is told by `failed`. */
export async function importPlugin(
  source: PluginModule,
  failed: (reason: string, cause: unknown) => Ssl3dError,
): Promise<unknown> {
  try {
    const module = (await import(source.module)) as Record<string, unknown>;
    return module[source.export];
  } catch (error) {
    throw failed(`importing it fails: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
