import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The two packages of TensorFlow.js that compute with TensorFlow itself. They are the same code. */
export const TFJS_NODE_PACKAGES = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"] as const;

/** The version that is installed where none is there. */
export const TFJS_NODE_VERSION = "4.22.0";

/** One of {@link TFJS_NODE_PACKAGES}. */
export type TfjsNodePackage = (typeof TFJS_NODE_PACKAGES)[number];

/** A tfjs-node that npm installed, whether or not it can run. */
export interface InstalledAddon {
  readonly package: TfjsNodePackage;
  readonly version: string;
  /** Folder of the package, symbolic links resolved. */
  readonly folder: string;
  /** The native module's file, which `npm install` builds or downloads, unless told to run no scripts. */
  readonly addon: string;
  /** TensorFlow's version, where it can be told without loading it. */
  readonly tensorflow: string | undefined;
  /** Why it cannot be loaded; undefined where nothing speaks against it. */
  readonly fault: string | undefined;
}

/** Where packages are looked for: the project that the process runs in, then this package's own surroundings. */
export function searchFolders(): string[] {
  return [process.cwd(), dirname(fileURLToPath(import.meta.url))];
}

/**
 * Looks for a package as Node does, from each folder upwards, and at its files. Loads nothing. The first that can be loaded
 * is taken, else the first.
 */
export function findAddon(name: TfjsNodePackage, folders: readonly string[] = searchFolders()): InstalledAddon | undefined {
  const found = folders.flatMap((folder) => {
    try {
      return [describeAddon(name, dirname(createRequire(join(folder, "package.json")).resolve(`${name}/package.json`)))];
    } catch {
      return [];
    }
  });
  return found.find(({ fault }) => fault === undefined) ?? found[0];
}

interface Manifest {
  readonly version: string;
  readonly binary: { readonly module_name: string; readonly module_path: string; readonly napi_versions: readonly number[] };
}

function describeAddon(name: TfjsNodePackage, folder: string): InstalledAddon {
  const { version, binary } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  // As node-pre-gyp, which builds and finds the module, chooses.
  const napi = Math.max(...binary.napi_versions.filter((number) => number <= Number(process.versions.napi)));
  const addon = join(folder, binary.module_path.replace("{napi_build_version}", String(napi)), `${binary.module_name}.node`);
  const fault = faultOf(version, folder, addon);
  return { package: name, version, folder: realpathSync(folder), addon, tensorflow: linkedVersion(folder), fault };
}

/** Whether the engines work with this version of tfjs-node. */
export function isSupported(version: string): boolean {
  return /^4\./.test(version);
}

function faultOf(version: string, folder: string, addon: string): string | undefined {
  if (!isSupported(version)) return `it is version ${version}, but 4.x is needed`;
  if (!existsSync(addon)) return "its native module has not been built";
  // Elsewhere the libraries have other names and places; loading tells.
  if (process.platform !== "linux") return undefined;
  const libraries = join(folder, "deps", "lib");
  const missing = ["libtensorflow.so", "libtensorflow_framework.so.2"].find((file) => !existsSync(join(libraries, file)));
  return missing === undefined ? undefined : `TensorFlow's library ${missing} is missing in ${libraries}, or was moved from where that links to`;
}

/** Reads the version from the name of the library, or of the wheel that it lies in. */
function linkedVersion(folder: string): string | undefined {
  const library = join(folder, "deps", "lib", "libtensorflow.so");
  if (!existsSync(library)) return undefined;
  const file = realpathSync(library);
  return /\.so\.(\d+\.\d+\.\d+)$/.exec(file)?.[1] ?? wheelVersion(dirname(file));
}

/** Version of the wheel whose `tensorflow` folder is given, from the metadata that pip puts beside it. */
export function wheelVersion(folder: string): string | undefined {
  const beside = dirname(folder);
  if (!existsSync(beside)) return undefined;
  const names = readdirSync(beside).map((name) => /^(?:tensorflow(?:_cpu|_gpu)?|tf_nightly(?:_cpu)?)-(.+)\.dist-info$/.exec(name)?.[1]);
  return names.find((name) => name !== undefined);
}
