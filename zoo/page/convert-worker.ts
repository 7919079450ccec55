import { isSsl3dError } from "@ssl3d/core";
import { convertKeras, type ConvertedFiles } from "@ssl3d/zoo";
import { zipSync } from "fflate";
import type { ConvertReply, ConvertRequest } from "./convert-in-worker.js";
import { unexpected } from "./failure.js";

// The entry of a conversion's worker: reading HDF5 may never end on a damaged file, and a worker can be stopped.
addEventListener("message", (event: MessageEvent<ConvertRequest>) => {
  void answer(event.data).then((reply) => postMessage(reply, { transfer: "zip" in reply ? [reply.zip.buffer] : [] }));
});

async function answer({ file, options }: ConvertRequest): Promise<ConvertReply> {
  try {
    const { files, report } = await convertKeras(new Uint8Array(await file.arrayBuffer()), file.name, options);
    const folder = folderName(file.name);
    return { report, folder, zip: zipFolder(folder, files) };
  } catch (error) {
    if (!isSsl3dError(error)) return { failure: unexpected(file.name, error instanceof Error ? error.message : String(error)) };
    const { code, message, fix, facts } = error;
    return { failure: { code, message, fix, facts: JSON.parse(JSON.stringify(facts)) as Record<string, unknown> } };
  }
}

/** The file's name without its ending, as a folder's name that every system takes. */
function folderName(file: string): string {
  const name = file.replace(/\.[^.]*$/, "").replace(/[\\/:*?"<>|]/g, "_");
  return /^\.*$/.test(name) ? "converted" : name;
}

/** A .zip of one folder, stored: weights hardly compress. */
function zipFolder(folder: string, files: ConvertedFiles): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const entries = Object.entries(files).map(([path, content]) => [`${folder}/${path}`, typeof content === "string" ? encoder.encode(content) : content] as const);
  return zipSync(Object.fromEntries(entries), { level: 0 });
}
