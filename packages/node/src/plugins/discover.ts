import { CONTRACT, contractMismatch, duplicatePlugin, type PluginKind, type Ssl3dError } from "@ssl3d/core";
import { satisfies } from "semver";
import { pluginMissingPeer, pluginPackageUnusable } from "./errors.js";
import { installedPackage, packageIn, projectFolder, type InstalledPackage } from "./packages.js";

/** A plugin named by an installed package's manifest. Nothing of it has been executed. */
export interface DiscoveredPlugin {
  readonly kind: PluginKind;
  readonly name: string;
  /** The name under which the package exports it. */
  readonly export: string;
  readonly package: string;
  readonly version: string;
  readonly folder: string;
  /** Why it cannot be used, where it cannot. */
  readonly error?: Ssl3dError;
}

/** All plugins at hand. */
export interface Discovery {
  readonly plugins: readonly DiscoveredPlugin[];
  /** Packages that name plugins but cannot be read. */
  readonly errors: readonly Ssl3dError[];
}

/**
 * Lists the plugins of the host project's direct dependencies (package.json from `cwd` upwards) and of the packages that
 * the folders in `bundled` depend on (the command's own first-party plugins). Reads manifests only; executes nothing.
 */
export async function discoverPlugins(options: { cwd: string; bundled?: readonly string[] }): Promise<Discovery> {
  const project = await projectFolder(options.cwd);
  const packages = new Map<string, InstalledPackage>();
  const errors: Ssl3dError[] = [];
  for (const root of [...(project === undefined ? [] : [project]), ...(options.bundled ?? [])]) {
    for (const [name, found] of await directDependencies(root)) {
      // The project's own version of a package goes before the bundled one.
      if (typeof found === "string") errors.push(pluginPackageUnusable(name, found));
      else if (!packages.has(found.file.name)) packages.set(found.file.name, found);
    }
  }
  const plugins: DiscoveredPlugin[] = [];
  for (const found of packages.values()) plugins.push(...(await pluginsOf(found)));
  return { plugins: markDuplicates(plugins), errors };
}

async function directDependencies(root: string): Promise<[string, InstalledPackage | string][]> {
  const host = await packageIn(root);
  if (host === undefined) return [];
  if (typeof host === "string") return [[root, host]];
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = host.file;
  const names = new Set(
    [dependencies, devDependencies, optionalDependencies, peerDependencies].flatMap((group) => Object.keys(group)),
  );
  const found: [string, InstalledPackage | string][] = host.file.ssl3d === undefined ? [] : [[host.file.name, host]];
  for (const name of names) {
    const installed = await installedPackage(name, host.folder);
    if (typeof installed === "object" && installed.file.ssl3d === undefined) continue;
    if (installed !== undefined) found.push([name, installed]);
  }
  return found;
}

async function pluginsOf(found: InstalledPackage): Promise<DiscoveredPlugin[]> {
  const { file, folder } = found;
  if (file.ssl3d === undefined) return [];
  const error =
    file.ssl3d.contract === CONTRACT
      ? await peerError(found)
      : contractMismatch(`the package ${file.name} ${file.version}`, file.ssl3d.contract);
  return file.ssl3d.plugins.map((plugin) => ({
    ...plugin,
    package: file.name,
    version: file.version,
    folder,
    ...(error === undefined ? {} : { error }),
  }));
}

async function peerError({ file, folder }: InstalledPackage): Promise<Ssl3dError | undefined> {
  for (const [peer, range] of Object.entries(file.peerDependencies)) {
    if (file.peerDependenciesMeta[peer]?.optional === true) continue;
    const installed = await installedPackage(peer, folder);
    if (typeof installed !== "object") return pluginMissingPeer(file.name, peer, range, undefined);
    const { version } = installed.file;
    if (!satisfies(version, range, { includePrerelease: true }))
      return pluginMissingPeer(file.name, peer, range, version);
  }
  return undefined;
}

function markDuplicates(plugins: readonly DiscoveredPlugin[]): DiscoveredPlugin[] {
  return plugins.map((plugin) => {
    const rivals = plugins.filter(
      (other) => other.kind === plugin.kind && other.name === plugin.name && other.package !== plugin.package,
    );
    if (rivals.length === 0 || plugin.error !== undefined) return plugin;
    const owners = [plugin, ...rivals].map((owner) => owner.package).sort();
    return { ...plugin, error: duplicatePlugin(plugin.kind, plugin.name, owners[0] ?? "", owners[1] ?? "") };
  });
}
