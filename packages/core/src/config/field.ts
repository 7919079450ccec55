import * as z from "zod";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What a schema says of one field, as far as it can be known. */
export interface Field {
  /** Keys that an object here may have. */
  readonly keys: readonly string[];
  /** The only values it takes, where it is a choice. */
  readonly values: readonly unknown[];
  readonly description?: string;
  /** The value that stands in when the field is left out; undefined where there is none. */
  readonly default?: unknown;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Looks up a field by its path. Only zod schemas can be looked into; of others nothing is known. */
export function lookUpField(schema: StandardSchemaV1, path: readonly PropertyKey[]): Field {
  if (!("_zod" in schema)) return { keys: [], values: [] };
  const root = z.toJSONSchema(schema as unknown as z.ZodType, { io: "input", unrepresentable: "any" });
  let nodes: JsonSchema[] = alternatives(root);
  for (const key of path) nodes = nodes.flatMap((node) => child(node, key)).flatMap(alternatives);
  const described = nodes.find((node) => node.description !== undefined);
  const defaulted = nodes.find((node) => node.default !== undefined);
  return {
    keys: [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))],
    values: [...new Set(nodes.flatMap((node) => node.enum ?? (node.const === undefined ? [] : [node.const])))],
    ...(described?.description === undefined ? {} : { description: described.description }),
    ...(defaulted === undefined ? {} : { default: defaulted.default }),
  };
}

/** The node itself and, where it is a union, what it may be. */
function alternatives(node: JsonSchema): JsonSchema[] {
  const nested = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  return [node, ...nested.flatMap(alternatives)];
}

function child(node: JsonSchema, key: PropertyKey): JsonSchema[] {
  const items = Array.isArray(node.items) ? node.items[Number(key)] : node.items;
  const candidates = [node.properties?.[String(key)], node.prefixItems?.[Number(key)], items, node.additionalProperties];
  const found = candidates.find((candidate) => typeof candidate === "object");
  return found === undefined ? [] : [found];
}
