import { access, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parsePackageFile, type PackageFile } from "./manifest.js";

/** A package found on disk. */
export interface InstalledPackage {
  /** Real path, symbolic links of workspaces resolved. */
  readonly folder: string;
  readonly file: PackageFile;
}

/** The package in a folder; a text says why it cannot be used; undefined where there is none. */
export async function packageIn(folder: string): Promise<InstalledPackage | string | undefined> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const file = parsePackageFile(text);
  return typeof file === "string" ? file : { folder: await realpath(folder), file };
}

/** The nearest folder from `start` upwards that holds a package.json. */
export async function projectFolder(start: string): Promise<string | undefined> {
  for (const folder of upwards(start)) {
    const found = await access(join(folder, "package.json")).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  return undefined;
}

/** Finds a package by name as Node does: in `node_modules` of `from` and of the folders above. */
export async function installedPackage(name: string, from: string): Promise<InstalledPackage | string | undefined> {
  for (const folder of upwards(from)) {
    const found = await packageIn(join(folder, "node_modules", name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The file that `import "name"` loads, relative to the package's folder, or undefined where the package has none. Sources
 * are preferred where this package itself runs from source, so that a run never mixes two copies of a module.
 */
export function entryFile(file: PackageFile): string | undefined {
  const conditions = new Set(["node", "import", "module-sync", "default"]);
  if (import.meta.url.endsWith(".ts")) conditions.add("ssl3d-source");
  if (file.exports === undefined) return file.main ?? "index.js";
  const { exports } = file;
  const isMap = typeof exports === "object" && exports !== null && "." in exports;
  return target(isMap ? (exports as Record<string, unknown>)["."] : exports, conditions);
}

function target(value: unknown, conditions: ReadonlySet<string>): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [condition, inner] of Object.entries(value)) {
    const found = conditions.has(condition) ? target(inner, conditions) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function upwards(start: string): string[] {
  const folders = [start];
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) folders.push(dirname(folder));
  return folders;
}
