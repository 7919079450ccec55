import { CONTRACT, type AnyPlugin, type PluginKind } from "../contract/plugins.js";
import { contractMismatch, malformedPlugin } from "./errors.js";

/** The methods that each kind must have. */
const METHODS: Readonly<Record<PluginKind, readonly string[]>> = {
  task: ["example", "build"],
  encoder: ["build"],
  head: ["example", "build", "score"],
  dataset: ["open"],
  backend: ["probe", "activate"],
};

/** Every kind of plugin. */
export const PLUGIN_KINDS: readonly PluginKind[] = Object.keys(METHODS) as PluginKind[];

/** Names are lower case with hyphens, since they appear in commands, file names and configurations. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks a value that claims to be a plugin. `source` says where it came from, for the message.
 *
 * @throws SSL3D_PLUGIN_MALFORMED or SSL3D_PLUGIN_CONTRACT.
 */
export function checkPlugin(value: unknown, source: string): asserts value is AnyPlugin {
  if (typeof value !== "object" || value === null) throw malformedPlugin(source, `it is ${describe(value)}, not an object`);
  const plugin = value as Record<string, unknown>;
  const kind = PLUGIN_KINDS.find((known) => known === plugin["kind"]);
  if (kind === undefined) {
    throw malformedPlugin(source, `its kind is ${describe(plugin["kind"])}, not one of ${PLUGIN_KINDS.join(", ")}`);
  }
  const name = plugin["name"];
  if (typeof name !== "string" || !NAME.test(name)) {
    throw malformedPlugin(source, `its name is ${describe(name)}, not lower-case words joined by hyphens`);
  }
  const described = `the ${kind} "${name}" (${source})`;
  if (plugin["contract"] !== CONTRACT) throw contractMismatch(described, plugin["contract"]);
  if (typeof plugin["summary"] !== "string") throw malformedPlugin(described, "it has no summary");
  const ranks = plugin["ranks"];
  if (!Array.isArray(ranks) || ranks.length === 0 || !ranks.every((rank) => rank === 2 || rank === 3)) {
    throw malformedPlugin(described, `its ranks are ${describe(ranks)}, not a list of 2 and 3`);
  }
  const options = plugin["options"];
  if ((typeof options !== "object" && typeof options !== "function") || options === null || !("~standard" in options)) {
    throw malformedPlugin(described, "its options are no Standard Schema (a zod 4 schema, for example)");
  }
  for (const method of METHODS[kind]) {
    if (typeof plugin[method] !== "function") throw malformedPlugin(described, `it has no method ${method}()`);
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "function" ? "a function" : JSON.stringify(value);
}
