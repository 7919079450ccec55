import { createRequire } from "node:module";

/** The version of this package; all first-party packages of a release share it. */
export const VERSION: string = (createRequire(import.meta.url)("../package.json") as { version: string }).version;
