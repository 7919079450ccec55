import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { buildFailed, toolsMissing } from "../errors.js";
import { lastWords, runProcess } from "./run-process.js";

/** The programs that compile the addon, and the Debian packages that bring them. */
const TOOLS: Readonly<Record<string, string>> = { "g++": "build-essential", make: "build-essential", python3: "python3", npm: "npm" };

/** @throws Ssl3dError SSL3D_LINK_TOOLS_MISSING */
export function checkTools(path: string = process.env["PATH"] ?? ""): void {
  const missing = Object.keys(TOOLS).filter((tool) => !path.split(delimiter).some((folder) => existsSync(join(folder, tool))));
  if (missing.length > 0) throw toolsMissing(missing, [...new Set(missing.map((tool) => TOOLS[tool] as string))]);
}

/**
 * Compiles tfjs-node's addon against the libraries linked in `deps`, by the script that the package has for it.
 *
 * @param folder tfjs-node's folder
 * @param tensorflow TensorFlow's folder
 * @throws Ssl3dError SSL3D_LINK_BUILD_FAILED
 */
export async function buildAddon(folder: string, tensorflow: string, signal?: AbortSignal): Promise<void> {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    // The libraries are to be loaded from where they are, not through the links: TensorFlow finds CUDA's from its own place.
    LDFLAGS: `${process.env["LDFLAGS"] ?? ""} -Wl,-rpath,${tensorflow}`.trim(),
  };
  // This Node's own headers, where it brings them, spare a download.
  const prefix = dirname(dirname(process.execPath));
  if (existsSync(join(prefix, "include", "node", "node_api.h"))) environment["npm_config_nodedir"] ??= prefix;
  try {
    const { code, output } = await runProcess("npm", ["run", "build-addon-from-source"], { cwd: folder, environment, signal });
    if (code !== 0) throw buildFailed(folder, lastWords(output));
  } finally {
    const left = (await readdir(folder)).filter((name) => name.startsWith("build-tmp"));
    for (const name of [...left, "build"]) await rm(join(folder, name), { recursive: true, force: true });
  }
}
