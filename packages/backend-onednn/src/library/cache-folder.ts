import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { RELEASE } from "./release.js";

/** The folder where the fetched library lies: in XDG_CACHE_HOME, else in ~/.cache. */
export function cacheFolder(): string {
  const variable = process.env["XDG_CACHE_HOME"] ?? "";
  // a relative path is to be ignored, says the XDG base directory specification
  const base = isAbsolute(variable) ? variable : join(homedir(), ".cache");
  return join(base, "ssl3d", `onednn-${RELEASE.version}`);
}
