import { convertKeras, type ConvertedFiles } from "@ssl3d/zoo";
import { env } from "@tensorflow/tfjs-core";
import { parentPort } from "node:worker_threads";
import { hashOf } from "./hash-of.js";
import { packError } from "./protocol.js";
import type { ConvertReply, ConvertRequest } from "./convert-in-thread.js";

// The entry of a conversion's thread: reading HDF5 may never end on a damaged file, and a thread can be stopped.
// tfjs would print an advertisement for its other backends
env().set("IS_TEST", true);
parentPort?.once("message", ({ bytes, label, options }: ConvertRequest) => {
  convertKeras(bytes, label, options, hashOf).then(
    (converted) => parentPort?.postMessage({ converted } satisfies ConvertReply, buffersIn(converted.files)),
    (error: unknown) => parentPort?.postMessage({ failure: packError(error, `Converting ${label}`) } satisfies ConvertReply),
  );
});

/** The buffers of a folder's files, handed over instead of copied. */
function buffersIn(files: ConvertedFiles): ArrayBuffer[] {
  return Object.values(files).flatMap((file) => (typeof file === "string" ? [] : [file.buffer as ArrayBuffer]));
}
