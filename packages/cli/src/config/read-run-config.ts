import { usageError } from "../errors.js";
import { isOn, text, type Options } from "../options.js";
import { loadConfig } from "./load-config.js";
import { overrideTraining, type RawConfig } from "./overrides.js";

/** A configuration with the command line's options laid over it, and what to call it in messages. */
export interface RunConfigSource {
  readonly raw: RawConfig;
  readonly where: string;
}

/**
 * The configuration of a training command: a file, a run folder to resume, or the command line alone.
 * @throws SSL3D_CONFIG_UNREADABLE, SSL3D_CONFIG_TYPESCRIPT, SSL3D_USAGE
 */
export async function readRunConfig(path: string | undefined, options: Options): Promise<RunConfigSource> {
  const output = text(options, "output");
  const source = path ?? (isOn(options, "resume") && text(options, "data") === undefined ? output : undefined);
  if (source === undefined) return { raw: overrideTraining({}, options), where: "the command line" };
  const loaded = await loadConfig(source);
  if (typeof loaded !== "object" || loaded === null || Array.isArray(loaded))
    throw usageError(`The configuration ${source} is no object.`, `It begins with { and has fields such as "task" and "data".`);
  return { raw: overrideTraining(loaded as RawConfig, options), where: source };
}
