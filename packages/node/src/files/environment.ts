import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { promisify } from "node:util";
import type { ActiveEngine } from "../engine/activate-engine.js";
import { VERSION } from "../version.js";

/** The state of the working folder's git repository. */
export interface GitState {
  readonly commit: string;
  /** Whether files differ from that commit. */
  readonly changed: boolean;
}

/** The content of environment.json: what a run's result depends on besides its configuration and data. */
export interface Environment {
  readonly ssl3d: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly engine: ActiveEngine;
  readonly seed: number;
  /** Identities of the plugins by role, "package@version:name". */
  readonly plugins: Readonly<Record<string, string>>;
  /** Null outside a repository. */
  readonly git: GitState | null;
  readonly startedAt: string;
}

/** Describes where and with what a run runs. */
export async function describeEnvironment(
  engine: ActiveEngine,
  seed: number,
  plugins: Readonly<Record<string, string>>,
): Promise<Environment> {
  return {
    ssl3d: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    engine,
    seed,
    plugins,
    git: await gitState(process.cwd()),
    startedAt: new Date().toISOString(),
  };
}

async function gitState(folder: string): Promise<GitState | null> {
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)("git", args, { cwd: folder, timeout: 5000 });
    return stdout.trim();
  };
  try {
    return { commit: await git("rev-parse", "HEAD"), changed: (await git("status", "--porcelain", "-uno")) !== "" };
  } catch {
    return null;
  }
}
