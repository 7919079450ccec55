import { arch, platform } from "node:process";
import type { LibraryLocation } from "./locate.js";

/** How to get the library, in one sentence, for this platform. */
export function howToGetLibrary(): string {
  return fetchedHere()
    ? 'Run "ssl3d engine fetch" (in the repository: npm run engine) to download it.'
    : `${OTHER_PLATFORMS[platform] ?? "Build oneDNN 3 from source"}, then set SSL3D_ONEDNN_LIBRARY to the library's path; docs/engines.md shows how.`;
}

/** Where oneDNN 3 comes from on platforms for which none is fetched. */
const OTHER_PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: "Run brew install onednn",
  linux: "Install oneDNN 3, such as onednn from conda-forge",
  win32: "Run pip download --no-deps onednn-cpu-vcomp==2023.2.0 and unpack dnnl.dll from it",
};

/** Whether the library that ssl3d fetches runs on this platform: Linux with glibc on x86-64. */
export function fetchedHere(): boolean {
  return platform === "linux" && arch === "x64" && hasGlibc();
}

/** The platform in words. */
export function describePlatform(): string {
  return platform === "linux" && arch === "x64" ? "Linux on x86-64 without glibc (such as Alpine)" : `${platform} on ${arch}`;
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime !== undefined;
}

/** Debian's packages of the libraries that oneDNN is linked against. */
const DEPENDENCIES: Readonly<Record<string, string>> = { "libgomp.so.1": "libgomp1", "libstdc++.so.6": "libstdc++6" };

/** A place where the library could not be loaded from, and what the dynamic linker or the version check said. */
export interface LoadFailure {
  readonly location: LibraryLocation;
  readonly message: string;
}

/** Why no library could be loaded from any place, in words for people, and what to do. */
export function explainFailures(failures: readonly LoadFailure[]): { readonly reason: string; readonly fix: string } {
  const there = failures.find(({ location, message }) => location.source !== "system" || !isMissing(message));
  if (there === undefined) return { reason: "no oneDNN library was found", fix: howToGetLibrary() };
  const { location, message } = there;
  const reason = `the oneDNN library ${location.path} (${NAMES[location.source]}) cannot be used: ${message}`;
  return { reason, fix: adviceOn(message) ?? FIXES[location.source] ?? howToGetLibrary() };
}

const NAMES: Readonly<Record<LibraryLocation["source"], string>> = {
  SSL3D_ONEDNN_LIBRARY: "named by SSL3D_ONEDNN_LIBRARY",
  "platform package": "of the platform package",
  fetched: "fetched before",
  system: "of the system",
};

const FIXES: Readonly<Partial<Record<LibraryLocation["source"], string>>> = {
  SSL3D_ONEDNN_LIBRARY: "Name a library of oneDNN 3 in SSL3D_ONEDNN_LIBRARY, or unset it to let ssl3d look for one.",
  "platform package": "Install the packages again (npm install).",
};

/** The name of the library asked for is left out where it is missing itself; a name tells one that it needs. */
function isMissing(message: string): boolean {
  return /cannot open shared object|no such file|could not be found|image not found/i.test(message) && adviceOn(message) === undefined;
}

function adviceOn(message: string): string | undefined {
  const name = Object.keys(DEPENDENCIES).find((file) => message.includes(`${file}: cannot open shared object`));
  if (name === undefined) return undefined;
  return `Install ${name} (Debian and Ubuntu: apt-get install ${DEPENDENCIES[name] ?? ""}; Fedora: dnf install ${name.slice(0, name.indexOf(".so"))}).`;
}
