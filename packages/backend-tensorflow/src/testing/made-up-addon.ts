import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TfjsNodePackage } from "../installed-addon.js";

/** How far a made-up tfjs-node is installed. */
export interface MadeUpAddon {
  readonly name?: TfjsNodePackage;
  readonly version?: string;
  /** Whether the native module has been built. Default true. */
  readonly built?: boolean;
  /** The file that deps/lib links to as TensorFlow's library. Default: one within deps/lib. */
  readonly library?: string;
  /** What the package does when it is loaded. */
  readonly main?: string;
}

/** Installs a made-up tfjs-node in a project. Returns its folder. */
export function installAddon(project: string, addon: MadeUpAddon = {}): string {
  const { name = "@tensorflow/tfjs-node", version = "4.22.0", built = true, main = "" } = addon;
  const folder = join(project, "node_modules", name);
  const libraries = join(folder, "deps", "lib");
  for (const made of [libraries, join(folder, "lib", "napi-v8"), join(folder, "dist")]) mkdirSync(made, { recursive: true });
  const binary = { module_name: "tfjs_binding", module_path: "./lib/napi-v{napi_build_version}", napi_versions: [3, 8] };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version, main: "dist/index.js", binary }));
  writeFileSync(join(folder, "dist", "index.js"), main);
  if (built) writeFileSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"), "");
  const library = addon.library ?? join(libraries, "libtensorflow.so.2.9.1");
  if (addon.library === undefined) writeFileSync(library, "");
  symlinkSync(library, join(libraries, "libtensorflow.so"));
  writeFileSync(join(libraries, "libtensorflow_framework.so.2"), "");
  return folder;
}

/** Puts a made-up TensorFlow of pip's into a folder for packages. Returns its `tensorflow` folder. */
export function installTensorflow(packages: string, version = "2.21.0"): string {
  const folder = join(packages, "tensorflow");
  mkdirSync(join(folder, "include", "tensorflow", "c", "eager"), { recursive: true });
  mkdirSync(join(packages, `tensorflow_cpu-${version}.dist-info`), { recursive: true });
  const files = ["__init__.py", "libtensorflow_cc.so.2", "libtensorflow_framework.so.2", "include/tensorflow/c/c_api.h", "include/tensorflow/c/eager/c_api.h"];
  for (const file of files) writeFileSync(join(folder, file), "");
  return folder;
}
