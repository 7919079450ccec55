import { createRequire } from "node:module";

/** What tfjs-node calls of node:util at every operation and Node 23 and later lack. */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: (value) => Array.isArray(value),
};

/**
 * Gives node:util back the functions that tfjs-node calls, where this Node has removed them (tfjs issue 8609). They stay as long as
 * the process, since tfjs-node calls them whenever it computes; nothing that Node has is replaced, and listings do not show them.
 *
 * @param utilities the module's CommonJS exports, which tfjs-node holds
 * @returns the names added
 */
export function provideRemovedUtilities(utilities: object = createRequire(import.meta.url)("node:util") as object): string[] {
  const missing = Object.keys(REMOVED).filter((name) => !(name in utilities));
  for (const name of missing) {
    Object.defineProperty(utilities, name, { value: REMOVED[name], enumerable: false, configurable: true, writable: true });
  }
  return missing;
}
