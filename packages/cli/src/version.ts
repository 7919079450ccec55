import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The version of the command. */
export const VERSION: string = (createRequire(import.meta.url)("../package.json") as { version: string }).version;

/** The folder of the command's package, whose dependencies hold the bundled plugins. */
export const PACKAGE_FOLDER: string = fileURLToPath(new URL("..", import.meta.url));
