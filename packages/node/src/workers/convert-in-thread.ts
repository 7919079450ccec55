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

/** Milliseconds that a conversion may compute, whatever the file's size, and by megabyte: far more than one needs. */
const PATIENCE = { atLeast: 20_000, perMegabyte: 1_000 };
/** How much longer it may take by the clock where the machine is busy with other things. */
const BUSY_FACTOR = 10;

/**
 * Converts a Keras checkpoint in a thread of its own, which is stopped when it computes far longer than any file needs.
 * @param request its bytes are handed over to the thread: not to be used afterwards
 * @param patience milliseconds of computing
 * @throws as `convertKeras`, SSL3D_CONVERSION_ENDLESS
 */
export async function convertInThread(request: ConvertRequest, patience: number = patienceFor(request.bytes)): Promise<Converted> {
  const thread = startThread("convert-worker", null);
  const started = { cpu: process.cpuUsage(), clock: performance.now() };
  let timer: NodeJS.Timeout | undefined;
  try {
    const reply = await new Promise<ConvertReply>((resolve, reject) => {
      timer = setInterval(() => {
        const { user, system } = process.cpuUsage(started.cpu);
        const elapsed = performance.now() - started.clock;
        const isBusy = (user + system) / 1000 < patience && elapsed < BUSY_FACTOR * patience;
        if (elapsed >= patience && !isBusy) reject(conversionEndless(request.label, patience / 1000));
      }, Math.min(patience, 500));
      thread.once("message", resolve);
      thread.once("error", (error) => reject(error instanceof Error ? error : new Error(String(error))));
      thread.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
    });
    if ("failure" in reply) throw unpackError(reply.failure);
    return reply.converted;
  } finally {
    clearInterval(timer);
    await thread.terminate();
  }
}

function patienceFor(bytes: Uint8Array): number {
  return PATIENCE.atLeast + (bytes.length / 1e6) * PATIENCE.perMegabyte;
}
