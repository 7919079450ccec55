import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { configUnreadable, typescriptUnreadable } from "../errors.js";

/**
 * The value that a configuration file holds, not yet checked: JSON, or the default export of a module. A run folder stands
 * for its config.json.
 * @throws SSL3D_CONFIG_UNREADABLE, SSL3D_CONFIG_TYPESCRIPT
 */
export async function loadConfig(path: string): Promise<unknown> {
  const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
  if (isFolder) return await loadJson(join(path, "config.json"));
  switch (extname(path)) {
    case ".json":
      return await loadJson(path);
    case ".ts":
    case ".mts":
      return defaultExport(path, await importTypeScript(path));
    case ".js":
    case ".mjs":
      return defaultExport(path, await importModule(path));
    case "":
      return await loadJson(join(path, "config.json"));
    default:
      throw configUnreadable(path, `"${extname(path)}" is no kind of configuration`);
  }
}

async function loadJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw configUnreadable(path, reasonOf(error), error);
  }
  try {
    // Some editors begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw configUnreadable(path, `it is not valid JSON, which has no comments and no trailing commas (${reasonOf(error)})`, error);
  }
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw configUnreadable(path, reasonOf(error), error);
  }
}

interface Tsx {
  tsImport(file: string, parent: string): Promise<unknown>;
}

/** Node itself where it strips types, else tsx from the project or beside the command. */
async function importTypeScript(path: string): Promise<unknown> {
  const { typescript } = process.features as { typescript?: string | false };
  if (typescript !== undefined && typescript !== false) {
    return await importModule(path);
  }
  let tsx: Tsx;
  try {
    tsx = await findTsx();
  } catch (error) {
    throw typescriptUnreadable(path, error);
  }
  try {
    return await tsx.tsImport(pathToFileURL(resolve(path)).href, import.meta.url);
  } catch (error) {
    throw configUnreadable(path, reasonOf(error), error);
  }
}

async function findTsx(): Promise<Tsx> {
  const here = fileURLToPath(import.meta.url);
  for (const from of [join(process.cwd(), "package.json"), here]) {
    try {
      // `require` resolves to the CommonJS build, beside which the ES module lies that works here.
      const api = createRequire(from).resolve("tsx/esm/api").replace(/\.cjs$/, ".mjs");
      return (await import(pathToFileURL(api).href)) as Tsx;
    } catch (error) {
      if (from === here) throw error;
    }
  }
  throw new Error("unreachable");
}

function defaultExport(path: string, module: unknown): unknown {
  const exports = module as { default?: unknown };
  // A CommonJS file's exports arrive wrapped once more.
  const inner = exports.default as { default?: unknown; __esModule?: boolean } | undefined;
  const value = inner?.__esModule === true ? inner.default : inner;
  if (value === undefined) throw configUnreadable(path, "it has no default export");
  return value;
}

function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return "there is no such file";
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
}
