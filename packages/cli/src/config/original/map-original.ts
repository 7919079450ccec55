import { validate } from "@ssl3d/core";
import { z } from "zod";
import { originalFinetune } from "../../errors.js";
import { merge, type RawConfig } from "../overrides.js";
import { checkValues } from "./check-values.js";
import { correctionsOf, notTakenOver } from "./differences.js";
import { DEAD_KEYS, FINETUNE_KEYS, MACHINE_KEYS } from "./ignored-keys.js";
import { loaderOf } from "./loaders.js";
import type { OriginalKey } from "./original-key.js";
import { ORIGINAL_KEYS } from "./original-keys.js";
import { ALGORITHMS, type OriginalKind, type OriginalValues } from "./original-values.js";

/** A training configuration of the original as one of ssl3d. Steps and sizes, which depend on the data, are not in it yet. */
export interface MappedOriginal {
  readonly config: RawConfig;
  readonly kind: OriginalKind;
  /** What it says, with the original's defaults. */
  readonly values: OriginalValues;
  /** Keys without effect in the original, each with the reason. */
  readonly ignored: readonly string[];
  /** What the original did and ssl3d does not. */
  readonly notTaken: readonly string[];
  /** What ssl3d does otherwise, where the original was wrong. */
  readonly corrected: readonly string[];
}

/** What decides which keys there are. */
const kindSchema = z.looseObject({
  algorithm: z.enum(ALGORITHMS).describe("The proxy task"),
  data_is_3D: z.boolean().default(false).describe("Whether images are volumes"),
  dataset_name: z.unknown(),
});

/**
 * Reads a training configuration of the original (self-supervised-3d-tasks, configs/train): key by key by
 * {@link ORIGINAL_KEYS}, with the original's defaults.
 *
 * @param file what to call it in messages
 * @param layoutNamed whether the layout of the data is named beside it, so that `dataset_name` may be any
 * @throws SSL3D_CONFIG_INVALID, SSL3D_CONFIG_UNKNOWN_KEY, SSL3D_ORIGINAL_FINETUNE, SSL3D_ORIGINAL_VALUE
 */
export function mapOriginal(raw: RawConfig, file: string, layoutNamed: boolean): MappedOriginal {
  const finetuning = Object.keys(raw).filter((key) => FINETUNE_KEYS.includes(key));
  if (finetuning.length > 0) throw originalFinetune(file, finetuning);
  const { algorithm, data_is_3D: volumes } = validate(kindSchema, raw, file);
  const kind: OriginalKind = { algorithm, rank: volumes ? 3 : 2, layoutNamed };

  const live: Record<string, unknown> = {};
  const ignored: string[] = [];
  const notTaken: string[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const known = ORIGINAL_KEYS.find(({ name }) => name === key);
    if (Object.hasOwn(DEAD_KEYS, key)) ignored.push(`${key} (${DEAD_KEYS[key] as string})`);
    else if (Object.hasOwn(MACHINE_KEYS, key)) notTaken.push(`${key} (${MACHINE_KEYS[key] as string})`);
    else if (known !== undefined && !known.readBy.includes(algorithm)) ignored.push(`${key} (${algorithm} does not read it)`);
    else live[key] = value;
  }
  const keys = ORIGINAL_KEYS.filter(({ readBy }) => readBy.includes(algorithm));
  const values = validate(schemaOf(keys, kind, raw["dataset_name"]), live, file);
  checkValues(values, kind, raw, file);
  for (const { name, idle } of keys) {
    const reason = idle?.(values);
    if (reason !== undefined && raw[name] !== undefined) ignored.push(`${name} (${reason})`);
  }
  return {
    config: keys.reduce((config: RawConfig, key) => merge(config, key.convert(values, kind)), {}),
    kind,
    values,
    ignored,
    notTaken: [...notTaken, ...notTakenOver(values)],
    corrected: correctionsOf(values, kind),
  };
}

/** The schema of these keys with their defaults; a loader takes arguments of its own. */
function schemaOf(keys: readonly OriginalKey[], kind: OriginalKind, datasetName: unknown): z.ZodType<OriginalValues> {
  const loader = loaderOf(datasetName);
  const fields = keys.map(({ name, type, absent }) => {
    const own = name.endsWith("_data_generator_args") ? (loader?.arguments.describe(type.description ?? "") ?? type) : type;
    return [name, absent === undefined ? own : own.default(absent(kind))] as const;
  });
  return z.strictObject(Object.fromEntries(fields)) as unknown as z.ZodType<OriginalValues>;
}
