import type { z } from "zod";
import type { RawConfig } from "../overrides.js";
import { ALGORITHMS, type Algorithm, type OriginalKind, type OriginalValues } from "./original-values.js";

/** A key of the original's training configurations: what it takes there, and what becomes of it here. */
export interface OriginalKey {
  readonly name: keyof OriginalValues;
  /** Values that it takes; its description stands in messages and in the documentation. */
  readonly type: z.ZodType;
  /** What stands in where the key is absent, mostly the original's default; without it the key is required. */
  readonly absent?: (kind: OriginalKind) => unknown;
  /** Tasks whose code reads it. */
  readonly readBy: readonly Algorithm[];
  /** The options here that it may set. */
  readonly sets: readonly string[];
  /** How its value is converted, in words. */
  readonly rule: string;
  /** The part of a pretraining configuration that it makes. */
  readonly convert: (values: OriginalValues, kind: OriginalKind) => RawConfig;
  /** Why it is without effect beside the other keys; undefined where it has one. */
  readonly idle?: (values: OriginalValues) => string | undefined;
}

/** What a key is defined by; its type must fit its value. */
interface KeyDefinition<Name extends keyof OriginalValues> {
  readonly type: z.ZodType<OriginalValues[Name]>;
  readonly absent?: (kind: OriginalKind) => OriginalValues[Name];
  readonly readBy?: readonly Algorithm[];
  readonly sets: readonly string[];
  readonly rule: string;
  readonly convert?: (value: Exclude<OriginalValues[Name], undefined>, values: OriginalValues, kind: OriginalKind) => RawConfig;
  readonly idle?: (values: OriginalValues) => string | undefined;
}

/** Defines a key of the original. Without `convert` it sets nothing by itself. */
export function defineKey<const Name extends keyof OriginalValues>(name: Name, definition: KeyDefinition<Name>): OriginalKey {
  const { convert, readBy = ALGORITHMS, ...rest } = definition;
  return {
    ...rest,
    name,
    readBy,
    convert: (values, kind) => {
      const value = values[name];
      return convert === undefined || value === undefined ? {} : convert(value as Exclude<OriginalValues[Name], undefined>, values, kind);
    },
  };
}
