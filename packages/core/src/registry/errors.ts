import { CONTRACT, type PluginKind } from "../contract/plugins.js";
import { Ssl3dError } from "../errors.js";
import { nearest } from "../nearest.js";

/** No plugin of that kind and name is registered. */
export function unknownPlugin(kind: PluginKind, name: string, known: readonly string[]): Ssl3dError {
  const close = nearest(name, known);
  const choices = known.length === 0 ? `no ${kind} is registered` : `registered: ${known.join(", ")}`;
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_UNKNOWN",
    message: `Expected the name of a registered ${kind}, received "${name}" (${choices}).`,
    fix:
      close.length > 0
        ? `Did you mean ${close.map((candidate) => `"${candidate}"`).join(" or ")}?`
        : `Install the package that brings the ${kind} "${name}", or register it with createRegistry([...]).`,
    facts: { kind, name, known, nearest: close },
  });
}

/** Two different plugins claim one name. */
export function duplicatePlugin(kind: PluginKind, name: string, first: string, second: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_DUPLICATE",
    message: `Expected one ${kind} named "${name}", received two: from ${first} and from ${second}.`,
    fix: `Remove one of the two, or rename the ${kind} you own.`,
    facts: { kind, name, owners: [first, second] },
  });
}

/** The plugin was written for another version of the contract. */
export function contractMismatch(described: string, received: unknown): Ssl3dError {
  const newer = typeof received === "number" && received > CONTRACT;
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_CONTRACT",
    message: `Expected plugin contract ${CONTRACT}, received ${JSON.stringify(received)} from ${described}.`,
    fix: newer
      ? "Update @ssl3d/core to a version that knows this contract, or install an older version of the plugin."
      : `Update the plugin to a version for contract ${CONTRACT}.`,
    facts: { expected: CONTRACT, received },
  });
}

/** The value is not a plugin. */
export function malformedPlugin(described: string, problem: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_MALFORMED",
    message: `Expected a plugin, received one with a fault from ${described}: ${problem}.`,
    fix: "Make plugins with defineTask, defineEncoder, defineHead, defineDataset or defineBackend, which check this at compile time.",
    facts: { problem },
  });
}
