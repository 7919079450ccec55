import type { ConversionReport, ConvertOptions } from "@ssl3d/zoo";
import { endless, unexpected, type Failure } from "./failure.js";

/** Asks the worker for a conversion. */
export interface ConvertRequest {
  readonly file: File;
  readonly options: ConvertOptions;
}

/** A converted file: the report, and the folder with its name as one .zip. */
export interface ConvertedZip {
  readonly report: ConversionReport;
  readonly folder: string;
  readonly zip: Uint8Array<ArrayBuffer>;
}

/** What the worker answers. */
export type ConvertReply = ConvertedZip | { readonly failure: Failure };

/** Milliseconds that a conversion may take, whatever the file's size, and by megabyte: more than the command gives, since phones are slow and the worker is loaded first. */
const PATIENCE = { atLeast: 60_000, perMegabyte: 3_000 };

/**
 * Converts a file in a worker of its own, which is stopped when it takes far longer than any file needs.
 * @param stopped stops the worker; the promise then never settles
 */
export async function convertInWorker(request: ConvertRequest, stopped: AbortSignal): Promise<ConvertReply> {
  const { name, size } = request.file;
  const patience = PATIENCE.atLeast + (size / 1e6) * PATIENCE.perMegabyte;
  const worker = new Worker(new URL("./convert-worker.js", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    worker.terminate();
  };
  stopped.addEventListener("abort", end);
  try {
    return await new Promise<ConvertReply>((resolve) => {
      timer = setTimeout(() => resolve({ failure: endless(name, patience / 1000) }), patience);
      worker.addEventListener("message", (event: MessageEvent<ConvertReply>) => resolve(event.data));
      worker.addEventListener("messageerror", () => resolve({ failure: unexpected(name, "its result is too large for this browser") }));
      worker.addEventListener("error", (event) => {
        // the page shows it: nothing is left for the console
        event.preventDefault();
        resolve({ failure: unexpected(name, event.message || "the page's converter does not start") });
      });
      worker.postMessage(request);
    });
  } finally {
    stopped.removeEventListener("abort", end);
    end();
  }
}
