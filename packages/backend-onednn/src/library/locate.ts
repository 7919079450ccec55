import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:process";
import { dirname, join, resolve } from "node:path";
import { cacheFolder } from "./cache-folder.js";
import { libraryMissing } from "./errors.js";
import { LIBRARY_FILE } from "./release.js";

/** A place where a oneDNN library may be loaded from. */
export interface LibraryLocation {
  /** An absolute path, or for the system's a name that the dynamic linker looks up. */
  readonly path: string;
  readonly source: "SSL3D_ONEDNN_LIBRARY" | "platform package" | "fetched" | "system";
}

/** The system's library by platform; version 3's name where names carry the version. */
const SYSTEM_LIBRARIES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: "libdnnl.3.dylib",
  linux: "libdnnl.so.3",
  win32: "dnnl.dll",
};

/**
 * Where to load oneDNN from, first choice first. Files named are there; whether they can be loaded is for the caller to find
 * out, and whether the system has a library at all. If SSL3D_ONEDNN_LIBRARY is set, it is the only place.
 * @throws SSL3D_ONEDNN_LIBRARY_MISSING where that variable names no file
 */
export function locateLibraries(): LibraryLocation[] {
  const named = process.env["SSL3D_ONEDNN_LIBRARY"] ?? "";
  if (named !== "") {
    const path = resolve(named);
    if (!isFile(path)) throw libraryMissing(path);
    return [{ path, source: "SSL3D_ONEDNN_LIBRARY" }];
  }
  const packaged = platformPackageLibrary();
  const fetched = join(cacheFolder(), LIBRARY_FILE);
  return [
    ...(packaged === undefined ? [] : [{ path: packaged, source: "platform package" as const }]),
    ...(existsSync(fetched) ? [{ path: fetched, source: "fetched" as const }] : []),
    { path: SYSTEM_LIBRARIES[platform] ?? "libdnnl.so.3", source: "system" },
  ];
}

/** The library in the package made for this platform, where that is installed. */
function platformPackageLibrary(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@ssl3d/onednn-${platform}-${arch}/package.json`);
    const folder = join(dirname(manifest), "lib");
    const file = readdirSync(folder).find((name) => /dnnl/.test(name));
    return file === undefined ? undefined : join(folder, file);
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
