import { isSsl3dError } from "@ssl3d/core";
import type { ConvertedFiles } from "@ssl3d/zoo";
import { randomBytes } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeFolderAtomic } from "../files/atomic.js";
import { writeFailed } from "../files/errors.js";
import { conversionExists, conversionIsFile, conversionNotWritten } from "./convert-errors.js";

/** Refuses an output folder that holds files, unless it is a conversion that is to be overwritten. */
export async function requireFree({ output, overwrite = false }: { readonly output: string; readonly overwrite?: boolean }): Promise<void> {
  const held = await readdir(output).catch(async (error: unknown): Promise<string[]> => {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === "ENOENT") return [];
    if ((await stat(output).catch(() => undefined))?.isFile() === true) throw conversionIsFile(output);
    throw conversionNotWritten(output, "folder", writeFailed(output, failure));
  });
  // what is no conversion was not meant, and would be lost
  const isConversion = held.includes("conversion.json");
  if (held.length > 0 && !(overwrite && isConversion)) throw conversionExists(output, isConversion);
}

/**
 * Writes a converted folder, which appears complete or not at all, and only when `check` accepts it.
 * @param check looks at the finished folder under another name
 */
export async function writeConverted(output: string, files: ConvertedFiles, check?: (folder: string) => Promise<void>): Promise<void> {
  if (check === undefined) {
    await writing(output, "folder", () => writeFolderAtomic(output, files));
    return;
  }
  const draft = join(dirname(output), `.${basename(output)}.${randomBytes(6).toString("hex")}.draft`);
  try {
    await writing(output, "folder", () => writeFolderAtomic(draft, files));
    await check(draft);
    await rm(output, { recursive: true, force: true });
    await rename(draft, output);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Writes what came of a conversion; where that fails, says what to do about a file or a folder that is no option of the command. */
export async function writing(output: string, what: "file" | "folder", write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isSsl3dError(error) && error.code === "SSL3D_WRITE_FAILED" ? conversionNotWritten(output, what, error) : error;
  }
}
