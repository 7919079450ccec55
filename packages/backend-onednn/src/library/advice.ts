import { arch, platform } from "node:process";

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

/**
 * What to do about the dynamic linker's message on loading the library, such as "libgomp.so.1: cannot open shared object
 * file"; undefined where nothing better is known than the message.
 */
export function adviseOnLoadFailure(message: string): string | undefined {
  const [name, debian] = Object.entries(DEPENDENCIES).find(([file]) => message.includes(`${file}: cannot open shared object`)) ?? [];
  if (name !== undefined) return `Install ${name} (Debian and Ubuntu: apt-get install ${debian ?? ""}; Fedora: dnf install ${name.slice(0, name.indexOf(".so"))}).`;
  if (/cannot open shared object|no such file|not be found|image not found/i.test(message)) return howToGetLibrary();
  return undefined;
}
