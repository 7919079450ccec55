import { spawn } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { downloadFailed } from "./errors.js";
import type { Release } from "./release.js";

/** How pip may be called. */
const COMMANDS: readonly (readonly string[])[] = [["python3", "-m", "pip"], ["pip3"], ["python", "-m", "pip"], ["pip"]];

/** Milliseconds between looks at how much has arrived. */
const LOOK_EVERY = 250;

/** The first pip that answers, as a command line; undefined without one. */
export async function findPip(signal?: AbortSignal): Promise<readonly string[] | undefined> {
  for (const command of COMMANDS) if ((await call([...command, "--version"], {}, signal)).code === 0) return command;
  return undefined;
}

/**
 * Downloads a release's wheel by pip, with the user's settings of index, proxy and certificates. `folder` is for pip's
 * temporary files too: nothing of them lies elsewhere.
 * @throws SSL3D_ONEDNN_DOWNLOAD, or the signal's reason
 */
export async function downloadWithPip(
  pip: readonly string[],
  release: Release,
  folder: string,
  onBytes: (received: number) => void,
  signal?: AbortSignal,
): Promise<Buffer> {
  // the tag makes it the same file whatever Python asks, and --retries lets a machine without a network know at once
  const choice = ["--no-deps", "--only-binary", ":all:", "--platform", "manylinux1_x86_64", "--dest", folder];
  const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "1"];
  const looking = setInterval(() => void bytesIn(folder).then(onBytes), LOOK_EVERY);
  try {
    const requirement = `${release.project}==${release.version}`;
    const { code, stderr } = await call([...pip, "download", ...choice, ...quiet, requirement], { TMPDIR: folder }, signal);
    signal?.throwIfAborted();
    if (code !== 0) throw downloadFailed(release.file, "with pip", lastError(stderr));
    return await readFile(join(folder, release.file)).catch((error: unknown) => {
      throw downloadFailed(release.file, "with pip", "pip chose another file", error);
    });
  } finally {
    clearInterval(looking);
  }
}

interface Finished {
  readonly code: number | null;
  readonly stderr: string;
}

function call([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Finished> {
  return new Promise((resolve) => {
    let stderr = "";
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"], ...(signal && { signal }) });
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", (error) => {
      // after an abort the child still has to end, so that it writes nothing more
      if (child.pid === undefined) resolve({ code: null, stderr: error.message });
    });
    child.on("close", (code) => resolve({ code, stderr }));
  });
}

/** What pip says last; without a connection that is only that it found nothing. */
function lastError(stderr: string): string {
  if (/NewConnectionError|ConnectTimeoutError|ProxyError/.test(stderr)) return "there is no connection to the index of packages";
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const told = lines.findLast((line) => line.startsWith("ERROR:")) ?? lines.pop();
  return told?.replace(/^ERROR:\s*/, "") ?? "pip gives no reason";
}

/** Bytes of the wheel that have arrived: pip writes it into a temporary folder first. */
async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (name.endsWith(".whl")) sum = Math.max(sum, await stat(join(folder, name)).then(({ size }) => size, () => 0));
  }
  return sum;
}
