import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { core } from "zod";
import type { Ssl3dError } from "../errors.js";
import { invalidSetting, unknownSetting } from "./errors.js";
import { lookUpField } from "./field.js";

/** An issue as any Standard Schema reports it, with zod's extras where zod made it. */
type Issue = StandardSchemaV1.Issue | core.$ZodIssue;

/**
 * Checks a value against a schema and returns it with defaults filled in. `where` says what is being read, e.g. a file
 * name, and starts the message. The first fault is reported; unknown settings come first, since a misspelt setting often
 * causes the others.
 *
 * @throws SSL3D_CONFIG_INVALID or SSL3D_CONFIG_UNKNOWN_KEY.
 */
export function validate<Output>(schema: StandardSchemaV1<unknown, Output>, value: unknown, where: string): Output {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new Error(`The schema of ${where} is asynchronous; options need a synchronous one.`);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.flatMap((issue) => unfold(issue, pathOf(issue)));
  const first = issues.find(({ issue }) => isUnknownKey(issue)) ?? issues[0];
  if (first === undefined) throw new Error(`The schema of ${where} refused a value without a reason.`);
  throw toError(schema, value, where, first);
}

interface Placed {
  readonly issue: Issue;
  readonly path: readonly PropertyKey[];
}

function pathOf(issue: Issue): PropertyKey[] {
  return (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
}

function isUnknownKey(issue: Issue): issue is core.$ZodIssueUnrecognizedKeys {
  return "code" in issue && issue.code === "unrecognized_keys";
}

/** Replaces a failed union by the faults of the alternative that came closest: the one that got past the type of the value. */
function unfold(issue: Issue, path: readonly PropertyKey[]): Placed[] {
  if (!("code" in issue) || issue.code !== "invalid_union") return [{ issue, path }];
  if (issue.errors.length === 0) return [{ issue, path }];
  const branches = issue.errors.map((errors) => errors.flatMap((error) => unfold(error, [...path, ...error.path])));
  const closest = branches.find((branch) => branch.every((placed) => !isWrongType(placed, path)));
  if (closest !== undefined && closest.length > 0) return closest;
  const expected = branches.flatMap((branch) => branch.map((placed) => expectationOf(placed.issue)));
  return [{ issue: { message: `expected ${[...new Set(expected)].join(" or ")}` }, path }];
}

function isWrongType({ issue, path }: Placed, at: readonly PropertyKey[]): boolean {
  const mismatch = "code" in issue && (issue.code === "invalid_type" || issue.code === "invalid_value");
  return mismatch && path.length === at.length;
}

function toError(schema: StandardSchemaV1, value: unknown, where: string, { issue, path }: Placed): Ssl3dError {
  const field = lookUpField(schema, path);
  const name = formatPath(path);
  if (isUnknownKey(issue)) return unknownSetting(where, name, issue.keys[0] ?? "", field);
  // a tagged union whose tag fits no alternative says no more than "invalid"
  const isTag = "code" in issue && issue.code === "invalid_union" && field.values.length > 0;
  const expectation = isTag ? `one of ${field.values.map((choice) => JSON.stringify(choice)).join(" or ")}` : expectationOf(issue);
  return invalidSetting(where, name, describe(valueAt(value, path)), expectation, field);
}

/** What was expected, from a message such as zod's "Invalid input: expected number, received string". */
function expectationOf(issue: Issue): string {
  const found = /expected (.*?)(?:, received [^,]*)?$/s.exec(issue.message)?.[1];
  return (found ?? issue.message).replaceAll(/(?<=")\|(?=")/g, " or ").replace(/\.$/, "");
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`)).join("");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (holder, key) => (typeof holder === "object" && holder !== null ? (holder as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  const text = (JSON.stringify(value) as string | undefined) ?? `a ${typeof value}`;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
