import { ANATOMIES, readAnatomyPack, type AnatomyName, type AnatomyPack } from "@ssl3d/data";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { readBytes } from "./folder-files.js";

/** Reads one of the anatomies that @ssl3d/data ships. */
export async function readAnatomy(name: AnatomyName): Promise<AnatomyPack> {
  const data = dirname(createRequire(import.meta.url).resolve("@ssl3d/data/package.json"));
  return await readAnatomyPack(name, await readBytes(join(data, "assets", ANATOMIES[name].file)));
}
