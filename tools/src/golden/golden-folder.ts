import { readdir, readFile } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { readNpy, type NpyArray } from "@ssl3d/data";

/** A folder of golden files. Paths are relative to it and use "/". */
export interface GoldenFolder {
  /** Every file, sorted. */
  readonly files: readonly string[];
  /** Where a file lies on disk. */
  locate(path: string): string;
  readJson(path: string): Promise<unknown>;
  readArray(path: string): Promise<NpyArray>;
}

/** Lists a golden folder. */
export async function openGoldenFolder(root: string): Promise<GoldenFolder> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  const locate = (path: string): string => join(root, path);
  return {
    files,
    locate,
    readJson: async (path) => parseJson(await readFile(locate(path), "utf8")),
    readArray: async (path) => readNpy(await readFile(locate(path)), path),
  };
}

/** Parses JSON as Python writes it: what is no number there is null here. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // texts are matched first, so that those that hold such words stay as they are
    return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) => (token.startsWith('"') ? token : "null")));
  }
}

/** A descriptor: a JSON object beside its arrays, at `stem` + ".json". */
export interface Descriptor {
  readonly stem: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A file that a descriptor names. */
export interface FileEntry {
  readonly file: string;
}

/** Where the files lie that the descriptor at `stem` names. */
export function beside(stem: string): (file: string) => string {
  return (file) => posix.join(posix.dirname(stem), file);
}

/** All descriptors in which every one of the fields given is present. */
export async function findDescriptors(folder: GoldenFolder, fields: readonly string[]): Promise<Descriptor[]> {
  const candidates = folder.files.filter((file) => file.endsWith(".json"));
  const read = await Promise.all(
    candidates.map(async (file) => ({ stem: file.slice(0, -".json".length), json: await folder.readJson(file) })),
  );
  return read.filter((entry): entry is Descriptor => {
    const { json } = entry;
    return typeof json === "object" && json !== null && fields.every((field) => field in json);
  });
}

/** The files of a case: those named `stem` + "." + anything. */
export function filesOf(folder: GoldenFolder, stem: string): string[] {
  return folder.files.filter((file) => file.startsWith(`${stem}.`));
}
