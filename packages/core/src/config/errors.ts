import { Ssl3dError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { Field } from "./field.js";

/** A setting has a value that it cannot take. `expectation` completes "expected ...". */
export function invalidSetting(where: string, path: string, received: string, expectation: string, field: Field): Ssl3dError {
  const setting = path === "" ? where : `"${path}"`;
  const meaning = field.description === undefined ? "" : ` (${field.description.replace(/\.$/, "")})`;
  const fallback = field.default === undefined ? "" : `, or leave it out for its default, ${JSON.stringify(field.default)}`;
  return new Ssl3dError({
    code: "SSL3D_CONFIG_INVALID",
    message: `${where}: expected ${path === "" ? "" : `"${path}": `}${expectation}, received ${received}.`,
    fix: `Correct ${setting}${meaning}${fallback}.`,
    facts: { where, path, expected: expectation, received },
  });
}

/** A setting that does not exist. */
export function unknownSetting(where: string, parent: string, key: string, field: Field): Ssl3dError {
  const path = (name: string): string => `"${parent === "" ? name : `${parent}.${name}`}"`;
  const close = nearest(key, field.keys, 1)[0];
  const known = field.keys.length === 0 ? "" : ` Known here: ${field.keys.join(", ")}.`;
  return new Ssl3dError({
    code: "SSL3D_CONFIG_UNKNOWN_KEY",
    message: `${where}: expected known settings only, received ${path(key)}.`,
    fix: `${close === undefined ? `Remove ${path(key)}.` : `Did you mean ${path(close)}?`}${known}`,
    facts: { where, parent, key, known: field.keys, nearest: close ?? null },
  });
}
