import type { RunSettings } from "@ssl3d/core";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { activateEngine, type ActiveEngine, type EngineRequest } from "../engine/activate-engine.js";
import { activateResumedEngine, type ResumedEngine } from "../engine/resumed-engine.js";
import { outputInData } from "../files/errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { describeEnvironment } from "../files/environment.js";
import { openRunFolder, type RunFolder } from "../files/run-folder.js";
import { openRunLog } from "../files/run-log.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import type { RunEvent, RunOptions } from "./run-options.js";

/** A run that has its folder, its engine and its log. */
export interface StartedRun {
  readonly folder: RunFolder;
  readonly engine: ActiveEngine;
  /** Writes an event to the log and tells the caller. */
  readonly emit: (event: RunEvent) => void;
  /** Writes a result to the log only. */
  readonly record: (line: Readonly<Record<string, unknown>> & { readonly type: string }) => void;
  /** Takes back the folder of a new run that failed before its first step. */
  readonly fail: () => Promise<void>;
}

/** What a run's folder is started with. */
export interface StartRequest {
  readonly config: RunSettings & { readonly data: { readonly path: string } };
  readonly plugins: readonly DiscoveredPlugin[];
  /** The plugins in use by role, with their versions. */
  readonly releases: Readonly<Record<string, string>>;
  readonly options: RunOptions;
}

function engineRequest({ engine, precision, threads }: RunSettings): EngineRequest {
  return {
    ...(engine !== "auto" && { engine }),
    ...(precision !== "auto" && { precision }),
    ...(threads !== null && { threads }),
  };
}

/**
 * Starts the engine, takes hold of the run folder and opens its log. The caller releases the folder.
 * @throws the coded errors of the engine's choice and of the run folder
 */
export async function startRun({ config, plugins, releases, options }: StartRequest): Promise<StartedRun> {
  const within = relative(resolve(config.data.path), resolve(config.output));
  if (within.split(sep)[0] !== ".." && !isAbsolute(within)) throw outputInData(config.output, config.data.path);
  const resume = options.resume ?? false;
  const request = engineRequest(config);
  const { engine, changed }: ResumedEngine = resume
    ? await activateResumedEngine(plugins, config.output, request)
    : { engine: await activateEngine(plugins, request) };
  const folder = await openRunFolder(config.output, config, resume);
  try {
    const environment = await describeEnvironment(engine, config.seed, releases);
    await writeFileAtomic(folder.paths.environment, `${JSON.stringify(environment, null, 2)}\n`);
    const log = await openRunLog(folder.paths.log, folder.lastStep);
    const record: StartedRun["record"] = (line) => log.append({ ...line, time: new Date().toISOString() });
    let hasStepped = false;
    const emit = (event: RunEvent): void => {
      hasStepped ||= event.type === "step";
      if (event.type !== "evaluation") record(event);
      options.onEvent?.(event);
    };
    emit({ type: "engine", engine, ...(changed !== undefined && { changed }) });
    const fail = async (): Promise<void> => {
      if (!hasStepped) await folder.discard();
    };
    return { folder, engine, emit, record, fail };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
