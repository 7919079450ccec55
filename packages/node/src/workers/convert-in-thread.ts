import type { Converted, ConvertOptions } from "@ssl3d/zoo";
import { conversionEndless } from "../runs/convert-errors.js";
import { unpackError, type SentFailure } from "./protocol.js";
import { startThread } from "./start-thread.js";

/** Asks the thread for a conversion. */
export interface ConvertRequest {
  readonly bytes: Uint8Array;
  readonly label: string;
  readonly options: ConvertOptions;
}

/** What the thread answers. */
export type ConvertReply = { readonly converted: Converted } | { readonly failure: SentFailure };

/** Milliseconds that a conversion may take, whatever the file's size, and by megabyte: far more than one needs. */
const PATIENCE = { atLeast: 20_000, perMegabyte: 1_000 };

/**
 * Converts a Keras checkpoint in a thread of its own, which is stopped when it takes far longer than any file needs.
 * @param bytes handed over to the thread: not to be used afterwards
 * @throws as `convertKeras`, SSL3D_CONVERSION_ENDLESS
 */
export async function convertInThread(request: ConvertRequest, patience: number = patienceFor(request.bytes)): Promise<Converted> {
  const thread = startThread("convert-worker", null);
  try {
    const reply = await new Promise<ConvertReply>((resolve, reject) => {
      const timer = setTimeout(() => reject(conversionEndless(request.label, patience / 1000)), patience);
      thread.once("message", (message: ConvertReply) => {
        clearTimeout(timer);
        resolve(message);
      });
      thread.once("error", (error) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
      thread.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
    });
    if ("failure" in reply) throw unpackError(reply.failure);
    return reply.converted;
  } finally {
    await thread.terminate();
  }
}

function patienceFor(bytes: Uint8Array): number {
  return PATIENCE.atLeast + (bytes.length / 1e6) * PATIENCE.perMegabyte;
}
