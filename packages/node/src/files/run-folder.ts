import { access, readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { damagedFile, nothingToResume, resumeMismatch, runExists, runNotFound } from "./errors.js";
import { removeLeftovers, writeFileAtomic } from "./atomic.js";
import { savedSteps } from "./disk-checkpoints.js";
import { lockFolder } from "./lock.js";

/** Where the parts of a run lie. */
export interface RunPaths {
  readonly folder: string;
  /** The resolved configuration, every default written out. */
  readonly config: string;
  /** One line an event. */
  readonly log: string;
  readonly checkpoints: string;
  /** The deliverable: weights and contract. */
  readonly encoder: string;
  /** The proxy task's own layers of a pretraining run; of a mix, one folder for each task. */
  readonly task: string;
  /** The trained head of a fine-tuning run. */
  readonly head: string;
  /** Predictions on the test cases of a fine-tuning run. */
  readonly predictions: string;
  /** Scores of a fine-tuning run. */
  readonly scores: string;
  readonly environment: string;
  readonly report: string;
}

/** The layout of a run folder. */
export function runPaths(folder: string): RunPaths {
  return {
    folder,
    config: join(folder, "config.json"),
    log: join(folder, "log.jsonl"),
    checkpoints: join(folder, "checkpoints"),
    encoder: join(folder, "encoder"),
    task: join(folder, "task"),
    head: join(folder, "head"),
    predictions: join(folder, "predictions"),
    scores: join(folder, "scores.json"),
    environment: join(folder, "environment.json"),
    report: join(folder, "report.html"),
  };
}

/** A run folder held by this process. */
export interface RunFolder {
  readonly paths: RunPaths;
  /** Steps of the latest checkpoint; 0 for a new run. */
  readonly lastStep: number;
  readonly release: () => void;
  /**
   * Lets go, too, and takes back what was written for a new run that came to nothing, with the folders that were made for it and hold
   * nothing else. Leaves the files of a resumed run.
   */
  readonly discard: () => Promise<void>;
}

/**
 * Settings that a resumed run may have others of, as those of its probes: those that what a run of that many steps computes does not
 * depend on, and the engine's, which are looked at when it is started.
 */
const FREE_SETTINGS = new Set([
  ...["output", "workers", "training.steps", "training.validateEvery", "training.checkpointEvery"],
  ...["engine", "precision", "threads"],
]);

/**
 * Makes or reopens a run folder, holds it and clears away what a killed process left half-written.
 * @throws SSL3D_RUN_LOCKED, SSL3D_RUN_EXISTS, SSL3D_NOTHING_TO_RESUME, SSL3D_RESUME_MISMATCH, SSL3D_WRITE_FAILED
 */
export async function openRunFolder(folder: string, config: object, resume: boolean): Promise<RunFolder> {
  const paths = runPaths(folder);
  if (resume && !(await exists(paths.config))) throw nothingToResume(folder, "config.json");
  const made = await missingFolders(folder);
  const lock = await lockFolder(folder);
  const discard = async (): Promise<void> => {
    if (!resume) for (const path of [paths.config, paths.log, paths.environment]) await rm(path, { force: true });
    lock.release();
    // fails where a folder holds anything
    for (const path of made) await rmdir(path).catch(() => undefined);
  };
  try {
    for (const place of [folder, paths.checkpoints, paths.task]) await removeLeftovers(place);
    if (resume) {
      const changed = changedSettings(await readConfig(folder), config);
      if (changed.length > 0) throw resumeMismatch(folder, changed);
    } else if (await holdsResults(paths)) {
      throw runExists(folder);
    } else {
      // What is there is a run that failed before it saved anything.
      await rm(paths.log, { force: true });
    }
    await writeFileAtomic(paths.config, `${JSON.stringify(config, null, 2)}\n`);
    const lastStep = (await savedSteps(paths.checkpoints))[0]?.step ?? 0;
    return { paths, lastStep, release: lock.release, discard };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The configuration of the run in a folder.
 * @throws SSL3D_RUN_NOT_FOUND, SSL3D_DAMAGED_FILE.
 */
export async function readConfig(folder: string): Promise<Record<string, unknown>> {
  const { config } = runPaths(folder);
  const text = await readFile(config, "utf8").catch(() => undefined);
  if (text === undefined) throw runNotFound(folder);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw damagedFile(config, "it is not valid JSON");
  }
}

async function holdsResults(paths: RunPaths): Promise<boolean> {
  for (const path of [paths.encoder, paths.head, paths.scores]) if (await exists(path)) return true;
  return (await savedSteps(paths.checkpoints)).length > 0;
}

/** Paths of the settings that differ, such as "training.batchSize". */
function changedSettings(before: object, after: object): string[] {
  const old = flatten(before);
  // Through JSON, since that is how the old one came here.
  const now = flatten(JSON.parse(JSON.stringify(after)) as object);
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (key) => !FREE_SETTINGS.has(key) && !/^probe(\.|$)/.test(key) && !isDeepStrictEqual(old.get(key), now.get(key)),
  );
}

function flatten(value: object, prefix = ""): Map<string, unknown> {
  const entries = Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? [...flatten(part, `${prefix}${key}.`)]
      : [[`${prefix}${key}`, part] as const],
  );
  return new Map(entries);
}

/** The folder and those above it that are not there, from the folder up. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let path = folder; !(await exists(path)) && dirname(path) !== path; path = dirname(path)) missing.push(path);
  return missing;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
