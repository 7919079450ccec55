import { existsSync, lstatSync } from "node:fs";
import { mkdir, rename, rm, rmdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { dependenciesPresent, notWritable } from "../errors.js";
import { LIBRARIES } from "./find-tensorflow.js";

/** The links under `deps/lib`, by the names that tfjs-node's build and installer look for. */
const LINKS: Readonly<Record<string, string>> = {
  "libtensorflow.so": LIBRARIES.tensorflow,
  "libtensorflow_cc.so.2": LIBRARIES.tensorflow,
  "libtensorflow.so.2.9.1": LIBRARIES.tensorflow,
  "libtensorflow_framework.so": LIBRARIES.framework,
  "libtensorflow_framework.so.2": LIBRARIES.framework,
};

/** What a link changes in tfjs-node's folder: the links and the module built with them. */
const CHANGED = ["deps", "lib"];
const ASIDE = ".before-link";

/**
 * Makes the links, then does the work that needs them. If that fails, the package is as it was before; also where an
 * earlier attempt was killed half-way.
 *
 * @param folder tfjs-node's folder
 * @param tensorflow TensorFlow's folder
 * @throws Ssl3dError SSL3D_LINK_DEPS_PRESENT where the package has libraries of its own, which are left alone; SSL3D_LINK_NOT_WRITABLE
 */
export async function withDependencyLinks<Result>(folder: string, tensorflow: string, work: () => Promise<Result>): Promise<Result> {
  await changing(folder, () => restore(folder));
  const include = join(folder, "deps", "include");
  if (existsSync(include) && !lstatSync(include).isSymbolicLink()) throw dependenciesPresent(folder);
  try {
    await changing(folder, () => link(folder, tensorflow));
    const result = await work();
    await changing(folder, () => Promise.all(CHANGED.map((name) => rm(join(folder, `${name}${ASIDE}`), { recursive: true, force: true }))));
    return result;
  } catch (error) {
    await changing(folder, () => restore(folder));
    throw error;
  }
}

/** Sets aside what is there, then makes the links. */
async function link(folder: string, tensorflow: string): Promise<void> {
  for (const name of CHANGED) {
    if (existsSync(join(folder, name))) await rename(join(folder, name), join(folder, `${name}${ASIDE}`));
    else await mkdir(join(folder, `${name}${ASIDE}`));
  }
  await mkdir(join(folder, "deps", "lib"), { recursive: true });
  await symlink(join(tensorflow, "include"), join(folder, "deps", "include"));
  for (const [name, target] of Object.entries(LINKS)) await symlink(join(tensorflow, target), join(folder, "deps", "lib", name));
}

/** What the system refuses is told as such. */
async function changing(folder: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    throw notWritable(folder, error as Error);
  }
}

/** Puts back what was set aside. A folder that was not there was set aside as an empty one, and goes again. */
async function restore(folder: string): Promise<void> {
  for (const name of CHANGED) {
    const aside = join(folder, `${name}${ASIDE}`);
    if (!existsSync(aside)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(aside, join(folder, name));
    await rmdir(join(folder, name)).catch(() => undefined);
  }
}
