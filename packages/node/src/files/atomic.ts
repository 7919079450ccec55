import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeFailed } from "./errors.js";

/** The system calls that writing needs; tests put failing ones in their place. */
export interface WriteSystem {
  /** Writes a new file and forces it to the disk. */
  writeAndSync(path: string, data: Uint8Array | string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

const nodeSystem: WriteSystem = {
  async writeAndSync(path, data) {
    const file = await open(path, "wx");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
};

/**
 * Writes a file so that a reader sees the old content or the new one, never a part: temporary file, fsync, rename.
 * @throws SSL3D_WRITE_FAILED, with nothing left behind, e.g. on a full disk.
 */
export async function writeFileAtomic(
  path: string,
  data: Uint8Array | string,
  system: WriteSystem = nodeSystem,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await system.writeAndSync(temporary, data);
    await system.rename(temporary, path);
  } catch (error) {
    // Where the path leads through a file, removing fails as well.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailed(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Writes a folder of files, named by their paths in it, that appears complete or not at all. An existing folder of that name is replaced.
 * @throws SSL3D_WRITE_FAILED, with the old folder in place and nothing left behind.
 */
export async function writeFolderAtomic(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  system: WriteSystem = nodeSystem,
): Promise<void> {
  const temporary = temporaryName(folder);
  const old = `${temporary}.old`;
  try {
    await mkdir(temporary, { recursive: true });
    for (const [name, data] of Object.entries(files)) {
      const path = join(temporary, name);
      await mkdir(dirname(path), { recursive: true });
      await system.writeAndSync(path, data);
    }
    await system.rename(folder, old).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    });
    await system.rename(temporary, folder);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    // Back in place if it was moved away; where nothing was moved this does nothing.
    await rename(old, folder).catch(() => undefined);
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw writeFailed(folder, error as NodeJS.ErrnoException);
  }
}

/** Removes what a killed process left half-written in a folder. Call only while holding the folder's lock. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const replaced = /^\.(.+)\.[0-9a-f]{12}\.part\.old$/.exec(name)?.[1];
    // The process died between its two renames: the old folder is the only complete one.
    if (replaced !== undefined) await rename(join(folder, name), join(folder, replaced)).catch(() => undefined);
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.part(\.old)?$/;

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.part`);
}
