import type { Entity, Group } from "h5wasm";
import { badHdf5, linkedElsewhere } from "../errors.js";

/**
 * Opens what lies at a path. Soft links within the file are followed; none leads out of it, since the library sees no other file.
 * @param what names it in the error
 * @throws SSL3D_KERAS_FILE_INVALID naming the link on the way that leads out of the file, or nowhere
 */
export function openObject(group: Group, path: string, what: string, label: string): Entity {
  const full = `${group.path}/${path}`.replace(/\/+/g, "/");
  let found: Entity | null = null;
  try {
    found = group.get(path);
  } catch {
    // the library follows no path through a link that leads nowhere
  }
  if (found !== null && !("target" in found) && !("obj_path" in found)) return found;
  const link = badLink(group, full, new Set());
  throw link === undefined ? badHdf5(label, `${what} is missing`) : linkedElsewhere(label, what, link);
}

/** The first link on a path that does not lead to something in this file, in words. */
function badLink(group: Group, path: string, passed: ReadonlySet<string>): string | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  for (let length = 1; length <= parts.length; length++) {
    const at = `/${parts.slice(0, length).join("/")}`;
    const target = targetOf(group, at);
    if (target === undefined) continue;
    if ("file" in target) return `"${at}" is a link to "${target.path}" in another file, "${target.file}", which is not opened`;
    if (passed.has(at)) return `"${at}" is a link that leads back to itself`;
    const whole = target.path.startsWith("/") ? target.path : `/${[...parts.slice(0, length - 1), target.path].join("/")}`;
    const beyond = badLink(group, whole, new Set([...passed, at]));
    if (beyond !== undefined) return beyond;
    if (!isThere(group, whole)) return `"${at}" is a link to "${target.path}", which the file does not hold`;
  }
  return undefined;
}

type Target = { readonly path: string } | { readonly path: string; readonly file: string };

/** Where the link at a path leads; undefined where there is none. */
function targetOf(group: Group, path: string): Target | undefined {
  try {
    const soft = group.get_link(path) as string | null;
    if (soft !== null) return { path: soft };
    const { filename, obj_path: object } = group.get_external_link(path) as Partial<ReturnType<Group["get_external_link"]>>;
    return filename === undefined ? undefined : { path: object ?? "", file: filename };
  } catch {
    return undefined;
  }
}

function isThere(group: Group, path: string): boolean {
  try {
    return group.get_type(path) >= 0;
  } catch {
    return false;
  }
}
