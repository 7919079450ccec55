import { LIBRARY_FILE, RELEASE, type Release } from "@ssl3d/backend-onednn";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Name and version of the package that brings the library to Linux on x86-64; the version is oneDNN's. */
export const PLATFORM_PACKAGE: { readonly name: string; readonly version: string } = {
  name: "@ssl3d/onednn-linux-x64",
  version: RELEASE.onednn,
};

const README = `# ${PLATFORM_PACKAGE.name}

The oneDNN library for the ssl3d engine \`onednn\` on Linux with glibc on x86-64. \`@ssl3d/backend-onednn\` depends on it optionally and finds
it by itself; there is nothing to call. It needs the system's libgomp.so.1 (Debian and Ubuntu: \`apt-get install libgomp1\`).

\`lib/${LIBRARY_FILE}\` is the unchanged file of the Python wheel \`${RELEASE.file}\` (sha256 ${RELEASE.sha256}):
oneDNN ${RELEASE.onednn}, Copyright Intel Corporation, under the Apache License 2.0 (LICENSE), with third-party programs under the licences in
THIRD-PARTY-PROGRAMS.
`;

/**
 * Makes the publishable folder of the platform package from a fetched library, whose licences lie beside it. An existing folder is replaced.
 */
export async function buildPlatformPackage(library: string, release: Release, folder: string): Promise<void> {
  const manifest = {
    ...PLATFORM_PACKAGE,
    description: "The oneDNN library for ssl3d's native engine, for Linux with glibc on x86-64",
    license: release.licence,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["glibc"],
    files: ["lib", "LICENSE", "THIRD-PARTY-PROGRAMS", "README.md"],
    publishConfig: { access: "public" },
  };
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "lib"), { recursive: true });
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(folder, "README.md"), README);
  for (const name of Object.keys(release.members)) {
    await copyFile(join(dirname(library), name), join(folder, name === LIBRARY_FILE ? "lib" : ".", name));
  }
}
