import type { FileSource } from "@ssl3d/core";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { notAFolder, readFailed } from "./errors.js";

/**
 * The files of a folder and its subfolders, as plugins see them: relative paths with "/", sorted, hidden ones left out.
 * @throws SSL3D_NOT_A_FOLDER where the folder is missing or a file.
 */
export async function folderFiles(folder: string): Promise<FileSource> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) throw notAFolder(folder, found === undefined ? "missing" : "file");
  return {
    label: folder,
    async list() {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1).split(sep).join("/"))
        .filter((path) => !path.split("/").some((part) => part.startsWith(".")))
        .sort();
    },
    async read(path) {
      return await readBytes(join(root, path));
    },
  };
}

/**
 * The bytes of a file.
 * @throws SSL3D_READ_FAILED, naming the file.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw readFailed(path, error as NodeJS.ErrnoException);
  }
}
