import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { folderLocked, writeFailed } from "./errors.js";
import { makeFolder } from "./make-folder.js";

/** A folder held for this process. */
export interface FolderLock {
  /** Lets go. Also done when the process exits in the ordinary way. */
  readonly release: () => void;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** Tells a process from a later one with the same number, where the system says (Linux). */
  readonly startTime: string | null;
}

/**
 * Holds a folder for this process alone. The lock of a process that died is taken over.
 * @throws SSL3D_RUN_LOCKED where a living process holds it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, ".lock");
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    startTime: startTime(process.pid),
  };
  const text = JSON.stringify(owner);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await makeFolder(folder);
    await writeFile(draft, text);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw writeFailed(path, error as NodeJS.ErrnoException);
  }
  try {
    // A hard link appears with its whole content or not at all, so nobody reads a half-written lock.
    while (!(await linked(draft, path))) await removeStale(folder, path);
  } finally {
    await rm(draft, { force: true });
  }
  const release = (): void => {
    process.off("exit", release);
    if (readOrEmpty(path) === text) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return { release };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeFailed(to, error as NodeJS.ErrnoException);
  }
}

/** Removes the lock of a dead process, or throws where the owner lives. */
async function removeStale(folder: string, path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const owner = parse(text);
  if (owner !== undefined) {
    const here = owner.host === hostname();
    if (!here || lives(owner)) throw folderLocked(folder, owner, here);
  }
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  await rename(path, aside).catch(() => undefined);
  // Another process may have replaced the stale lock between reading and renaming: give it back.
  if (readOrEmpty(aside) !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function lives(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = startTime(owner.pid);
  return started === null || owner.startTime === null || started === owner.startTime;
}

/** Clock ticks from boot to the process' start, field 22 of /proc/PID/stat; null where the system has none. */
function startTime(pid: number): string | null {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function parse(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    if (typeof value.pid !== "number" || typeof value.host !== "string") return undefined;
    return { pid: value.pid, host: value.host, since: value.since ?? "an unknown time", startTime: value.startTime ?? null };
  } catch {
    return undefined;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
