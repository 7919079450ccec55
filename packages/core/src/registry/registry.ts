import type { AnyPlugin, PluginKind } from "../contract/plugins.js";
import { checkPlugin } from "./check-plugin.js";
import { duplicatePlugin, unknownPlugin } from "./errors.js";

/**
 * The plugins whose names TypeScript knows. A plugin package adds its own, under "kind/name":
 *
 * ```ts
 * declare module "@ssl3d/core" {
 *   interface Registered {
 *     "task/rotation": typeof rotation;
 *   }
 * }
 * ```
 *
 * `registry.get("task", "rotation")` then has that type. Other names work too and have the kind's general type.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the packages that bring plugins
export interface Registered {}

/** Any plugin of one kind. */
export type PluginOfKind<Kind extends PluginKind> = Extract<AnyPlugin, { kind: Kind }>;

/** The type of the plugin of that kind and name: exact where {@link Registered} has it. */
export type RegisteredPlugin<Kind extends PluginKind, Name extends string> = `${Kind}/${Name}` extends keyof Registered
  ? Registered[`${Kind}/${Name}`]
  : PluginOfKind<Kind>;

/** A plugin with the package or file it came from, which error messages then name. */
export interface OwnedPlugin {
  readonly plugin: AnyPlugin;
  readonly owner: string;
}

/** A fixed set of plugins, looked up by kind and name. There is no global one: whoever starts a run makes it. */
export interface Registry {
  /** @throws SSL3D_PLUGIN_UNKNOWN, with the nearest names. */
  get<Kind extends PluginKind, const Name extends string>(kind: Kind, name: Name): RegisteredPlugin<Kind, Name>;
  has(kind: PluginKind, name: string): boolean;
  /** Plugins by kind, then by name in natural order ("unet2" before "unet10"). In `pattern`, * stands for any text and ? for one character. */
  list(): readonly AnyPlugin[];
  list<Kind extends PluginKind>(kind: Kind | undefined, pattern?: string): readonly PluginOfKind<Kind>[];
}

const naturalOrder = new Intl.Collator("en", { numeric: true });

/**
 * Makes a frozen registry of the plugins given.
 *
 * @throws SSL3D_PLUGIN_MALFORMED, SSL3D_PLUGIN_CONTRACT or SSL3D_PLUGIN_DUPLICATE (the same value twice is fine).
 */
export function createRegistry(plugins: readonly (AnyPlugin | OwnedPlugin)[]): Registry {
  const entries = new Map<string, OwnedPlugin>();
  for (const [index, item] of plugins.entries()) {
    const entry = own(item, `entry ${index + 1} of the registry`);
    const { kind, name } = entry.plugin;
    const earlier = entries.get(`${kind}/${name}`);
    if (earlier !== undefined && earlier.plugin !== entry.plugin) {
      throw duplicatePlugin(kind, name, earlier.owner, entry.owner);
    }
    entries.set(`${kind}/${name}`, earlier ?? entry);
  }
  const sorted = [...entries.values()]
    .map(({ plugin }) => plugin)
    .sort((a, b) => naturalOrder.compare(a.kind, b.kind) || naturalOrder.compare(a.name, b.name));

  function list(kind?: PluginKind, pattern = "*"): readonly AnyPlugin[] {
    const matches = globToRegExp(pattern);
    return sorted.filter((plugin) => (kind === undefined || plugin.kind === kind) && matches.test(plugin.name));
  }

  function get(kind: PluginKind, name: string): AnyPlugin {
    const entry = entries.get(`${kind}/${name}`);
    if (entry === undefined) throw unknownPlugin(kind, name, list(kind).map((plugin) => plugin.name));
    return entry.plugin;
  }

  // The overloads' exact types come from Registered, which only the compiler knows.
  return Object.freeze({ get, has: (kind: PluginKind, name: string) => entries.has(`${kind}/${name}`), list }) as Registry;
}

function own(item: unknown, place: string): OwnedPlugin {
  if (typeof item === "object" && item !== null && "plugin" in item && "owner" in item) {
    const owner = String(item.owner);
    checkPlugin(item.plugin, owner);
    return { plugin: item.plugin, owner };
  }
  checkPlugin(item, place);
  return { plugin: item, owner: `${place} ("${item.summary}")` };
}

function globToRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${escaped}$`);
}
