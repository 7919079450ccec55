import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describePlatform, fetchedHere, howToGetLibrary } from "./advice.js";
import { cacheFolder } from "./cache-folder.js";
import { downloadFromIndex, PUBLIC_INDEX } from "./download-from-index.js";
import { downloadWithPip, findPip } from "./download-with-pip.js";
import { cacheUnwritable, checksumMismatch, platformUnsupported, wheelUnreadable } from "./errors.js";
import { readZip } from "./read-zip.js";
import { LIBRARY_FILE, RELEASE, type Release } from "./release.js";

/** How the library is fetched. */
export interface FetchOptions {
  /** Path of the wheel where it was downloaded elsewhere; nothing is downloaded then. */
  readonly wheel?: string;
  /** Stops the download; nothing half-done is left. */
  readonly signal?: AbortSignal;
  /** Told the bytes that have arrived, out of how many, now and then. */
  readonly onProgress?: (received: number, total: number) => void;
}

/** The library in the cache, with where it came from. */
export interface FetchedLibrary {
  /** Absolute path of the library. */
  readonly path: string;
  /** "pip", the URL or the wheel's path. */
  readonly from: string;
  /** Whether it was put there by this call; otherwise it was there before. */
  readonly fresh: boolean;
  readonly release: Release;
}

/** What is kept beside the library of its origin, in origin.json. */
interface Origin {
  readonly from: string;
}

/** Milliseconds after which an unfinished folder was left by a process that was killed. */
const ABANDONED_AFTER = 3_600_000;

/**
 * Puts the released oneDNN library into the cache folder, where {@link locateLibraries} finds it, with its licences and
 * origin.json. Does nothing where it lies there undamaged. Safe to call from several processes at once.
 * @throws SSL3D_ONEDNN_PLATFORM, SSL3D_ONEDNN_DOWNLOAD, SSL3D_ONEDNN_CHECKSUM, SSL3D_ONEDNN_WHEEL, SSL3D_ONEDNN_CACHE, or the signal's reason
 */
export async function fetchLibrary(options: FetchOptions = {}): Promise<FetchedLibrary> {
  if (!fetchedHere()) throw platformUnsupported(describePlatform(), howToGetLibrary());
  return await fetchRelease(RELEASE, cacheFolder(), options);
}

/** {@link fetchLibrary} for any release, folder and index of Python packages. */
export async function fetchRelease(
  release: Release,
  folder: string,
  options: FetchOptions,
  index: string = PUBLIC_INDEX,
): Promise<FetchedLibrary> {
  const path = join(folder, LIBRARY_FILE);
  // A wheel that the user names is always checked, so that a wrong one is not passed over in silence.
  const present = options.wheel === undefined ? await readOrigin(release, folder) : undefined;
  if (present !== undefined) return { path, from: present.from, fresh: false, release };
  const staging = await makeStaging(folder);
  try {
    const { data, from } = await getWheel(release, join(staging, "download"), options, index);
    const received = sha256(data);
    if (received !== release.sha256) throw checksumMismatch(release.file, from, release.sha256, received);
    options.signal?.throwIfAborted();
    const ready = join(staging, "ready");
    await unpack(release, data, from, ready);
    await moveIntoPlace(release, ready, folder, join(staging, "old"));
    return { path, from, fresh: true, release };
  } catch (error) {
    throw isSystemError(error) ? cacheUnwritable(folder, error) : error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function getWheel(release: Release, folder: string, options: FetchOptions, index: string): Promise<{ data: Buffer; from: string }> {
  const { wheel, signal } = options;
  if (wheel !== undefined) {
    const data = await readFile(wheel).catch((error: unknown) => {
      throw wheelUnreadable(wheel, error as NodeJS.ErrnoException);
    });
    return { data, from: wheel };
  }
  const onBytes = (received: number): void => options.onProgress?.(received, release.bytes);
  const pip = await findPip(signal);
  signal?.throwIfAborted();
  if (pip === undefined) {
    const { data, url } = await downloadFromIndex(release, index, onBytes, signal);
    return { data, from: url };
  }
  await mkdir(folder);
  return { data: await downloadWithPip(pip, release, folder, onBytes, signal), from: "pip" };
}

/** Writes the library, its licences and its origin into a new folder. */
async function unpack(release: Release, wheel: Buffer, from: string, folder: string): Promise<void> {
  const files = readZip(wheel, Object.values(release.members));
  await mkdir(folder);
  for (const [name, path] of Object.entries(release.members)) await writeFile(join(folder, name), files.get(path) as Buffer);
  const { project, version, onednn, file, licence } = release;
  const origin = { from, project, version, onednn, file, sha256: release.sha256, licence, fetchedAt: new Date().toISOString() };
  await writeFile(join(folder, "origin.json"), `${JSON.stringify(origin, null, 2)}\n`);
}

async function moveIntoPlace(release: Release, ready: string, folder: string, old: string): Promise<void> {
  try {
    await rename(ready, folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    // Another process was faster; else what lies there is damaged.
    if ((await readOrigin(release, folder)) !== undefined) return;
    await rename(folder, old);
    await rename(ready, folder);
  }
}

/** The origin of the library in a folder; undefined where it is not there or not as released. */
async function readOrigin(release: Release, folder: string): Promise<Origin | undefined> {
  try {
    if (sha256(await readFile(join(folder, LIBRARY_FILE))) !== release.librarySha256) return undefined;
    return JSON.parse(await readFile(join(folder, "origin.json"), "utf8")) as Origin;
  } catch {
    return undefined;
  }
}

/** A new folder beside the one to be, on the same disk; clears away those of killed processes. */
async function makeStaging(folder: string): Promise<string> {
  const parent = dirname(folder);
  const prefix = `.${basename(folder)}.`;
  try {
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      if (!name.startsWith(prefix)) continue;
      const { mtimeMs } = await stat(join(parent, name)).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > ABANDONED_AFTER) await rm(join(parent, name), { recursive: true, force: true });
    }
    return await mkdtemp(join(parent, prefix));
  } catch (error) {
    throw cacheUnwritable(folder, error as NodeJS.ErrnoException);
  }
}

function sha256(data: Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
