import { isSsl3dError } from "@ssl3d/core";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Environment } from "../files/environment.js";
import { runPaths } from "../files/run-folder.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { activateEngine, engineVariable, type ActiveEngine, type EngineRequest } from "./activate-engine.js";
import { describeEngine, type EngineDescription } from "./describe-engine.js";
import { resumeOnVariable, resumeWithoutEngine } from "./errors.js";

/** The engine of a resumed run, and what differs from the one that the run was on before. */
export interface ResumedEngine {
  readonly engine: ActiveEngine;
  /** One sentence for the log; absent where nothing differs. */
  readonly changed?: string;
}

/**
 * Starts the engine of a run that is resumed: the one it was on, in the same precision, so that it ends as if it had never been
 * interrupted. Another is taken only where the request names it.
 * @throws SSL3D_RESUME_ENGINE where that engine cannot go on here, else as {@link activateEngine}
 */
export async function activateResumedEngine(
  plugins: readonly DiscoveredPlugin[],
  folder: string,
  request: EngineRequest,
): Promise<ResumedEngine> {
  const before = await engineBefore(folder);
  if (before === undefined) return { engine: await activateEngine(plugins, request) };
  const variable = engineVariable();
  if (request.engine === undefined && variable !== undefined && variable !== before.name)
    throw resumeOnVariable(folder, before, variable);
  const same = (request.engine ?? before.name) === before.name;
  const wanted: EngineRequest = {
    engine: before.name,
    ...(same && { precision: before.precision }),
    ...(same && before.threads != null && before.threads <= availableParallelism() && { threads: before.threads }),
    ...request,
  };
  try {
    const engine = await activateEngine(plugins, wanted, request.engine === undefined ? "the run that is resumed" : undefined);
    const changed = describeChange(before, engine);
    return { engine, ...(changed !== undefined && { changed }) };
  } catch (error) {
    if (request.engine === undefined && isSsl3dError(error) && ENGINE_MISSING.has(error.code)) throw resumeWithoutEngine(folder, before, error);
    throw error;
  }
}

/** Errors that say that the engine the run was on cannot go on here. */
const ENGINE_MISSING: ReadonlySet<string> = new Set(["SSL3D_ENGINE_UNKNOWN", "SSL3D_ENGINE_UNAVAILABLE", "SSL3D_ENGINE_PRECISION"]);

async function engineBefore(folder: string): Promise<EngineDescription | undefined> {
  try {
    const { engine } = JSON.parse(await readFile(runPaths(folder).environment, "utf8")) as Partial<Environment>;
    return engine;
  } catch {
    return undefined;
  }
}

function describeChange(before: EngineDescription, now: ActiveEngine): string | undefined {
  // Versions before this one did not record the threads.
  const comparable = before.threads === undefined ? { ...before, threads: now.threads } : before;
  if (describeEngine(comparable) === describeEngine(now)) return undefined;
  return `The run was on ${describeEngine(before)} before and goes on with ${describeEngine(now)}: it ends near, but not exactly, where it would have ended without this change.`;
}
