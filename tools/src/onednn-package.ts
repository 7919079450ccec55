// `npm run engine:package`: makes dist/onednn-linux-x64, the package that brings the oneDNN library to users of npm.
import { fetchLibrary } from "@ssl3d/backend-onednn";
import { isSsl3dError } from "@ssl3d/core";
import { join } from "node:path";
import { buildPlatformPackage, PLATFORM_PACKAGE } from "./engine/platform-package.js";

try {
  const { path, release } = await fetchLibrary();
  const folder = join("dist", "onednn-linux-x64");
  await buildPlatformPackage(path, release, folder);
  console.log(`${folder}  (${PLATFORM_PACKAGE.name} ${PLATFORM_PACKAGE.version}); npm publish ./dist/onednn-linux-x64 publishes it.`);
} catch (error) {
  if (!isSsl3dError(error)) throw error;
  console.error(`Error ${error.code}: ${error.message} ${error.fix}`);
  process.exitCode = error.fault === "machine" ? 1 : 2;
}
