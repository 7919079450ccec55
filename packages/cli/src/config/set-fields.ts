import { DEFAULT_PLUGINS } from "@ssl3d/core";
import { badOption, usageError } from "../errors.js";
import { texts, type Options } from "../options.js";
import type { RawConfig } from "./overrides.js";

/** What the field names a plugin with, where a configuration leaves it out. */
const DEFAULT_NAMES: Readonly<Record<string, string>> = { ...DEFAULT_PLUGINS, architecture: DEFAULT_PLUGINS.encoder };

/**
 * Lays what `--set field.of.config=value` says over a configuration. Values are read as JSON, or as text where they are none. A plugin
 * that stands as its bare name becomes { name, options }.
 * @throws SSL3D_USAGE for what is no field with a value
 */
export function setFields(config: RawConfig, options: Options): RawConfig {
  return texts(options, "set").reduce((result, setting) => {
    const [, path, value] = /^([A-Za-z][\w.]*)=(.*)$/s.exec(setting) ?? [];
    if (path === undefined || path.split(".").includes("")) throw badOption("set", "a field and its value, such as encoder.options.filters=16", setting);
    return withField(result, path.split("."), parse(value!), path);
  }, config);
}

function withField(base: RawConfig, [key, ...rest]: readonly string[], value: unknown, path: string): RawConfig {
  if (rest.length === 0) return { ...base, [key!]: value };
  return { ...base, [key!]: withField(asObject(base[key!], key!, rest[0]!, path), rest, value, path) };
}

/** What a field is, or becomes, so that another can be set in it. */
function asObject(value: unknown, key: string, next: string, path: string): RawConfig {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as RawConfig;
  const name = value ?? DEFAULT_NAMES[key];
  if (next === "options" && typeof name === "string") return { name };
  if (value === undefined || value === null) return {};
  throw usageError(`--set ${path}: "${key}" is ${JSON.stringify(value)}, which has no field "${next}".`, "Give a path of the configuration, as --print-config of ssl3d pretrain shows it.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
