import type { FetchedLibrary } from "@ssl3d/backend-onednn";
import type { BackendStatus } from "@ssl3d/core";
import type { CAC } from "cac";
import { isOn, text, type Options } from "../options.js";
import { EXIT } from "../output/describe-error.js";
import { createProgress } from "../output/progress.js";
import { asSentence } from "../output/sentence.js";
import type { Streams } from "../program.js";
import { onInterrupt } from "../signals.js";

/** `ssl3d engine fetch`. */
export function addFetchEngine(program: CAC, streams: Streams): void {
  program
    .command("engine fetch", "Download the oneDNN library, with which the engine onednn computes (Linux on x86-64)")
    .option("--wheel <file>", "The wheel, where it was downloaded elsewhere")
    .option("--json", "Print what was fetched as one JSON document on stdout")
    .example("  $ ssl3d engine fetch")
    .action(async (options: Options) => {
      // Imported only here: every other command has to start where this package's native parts do not.
      const { fetchLibrary, onednn } = await import("@ssl3d/backend-onednn");
      const wheel = text(options, "wheel");
      const progress = createProgress(streams.stderr);
      const interruption = onInterrupt(() => progress.log("Interrupted: nothing is kept."));
      try {
        const fetched = await fetchLibrary({
          ...(wheel !== undefined && { wheel }),
          signal: interruption.signal,
          onProgress: (received, total) => progress.show(`downloading oneDNN  ${megabytes(received)} of ${megabytes(total)} MB`, false),
        });
        progress.close();
        const status = await onednn.probe();
        if (isOn(options, "json")) streams.stdout.write(`${JSON.stringify(describe(fetched, status), null, 2)}\n`);
        else streams.stdout.write(`${tell(fetched, status)}\n`);
        return status.status === "ok" ? EXIT.done : EXIT.failed;
      } catch (error) {
        if (interruption.signal.aborted) return EXIT.interrupted;
        throw error;
      } finally {
        progress.close();
        interruption.release();
      }
    });
}

function describe({ path, from, fresh, release }: FetchedLibrary, { status, reason, fix }: BackendStatus): object {
  return {
    ...{ path, from, fresh, version: release.onednn, licence: release.licence },
    engine: { name: "onednn", status, reason: reason ?? null, fix: fix ?? null },
  };
}

function tell({ path, from, fresh, release }: FetchedLibrary, { status, version, precisions, reason, fix }: BackendStatus): string {
  const limit = reason === undefined ? "" : ` (${reason})`;
  const state =
    status === "ok"
      ? `runs here: ${version ?? ""}, ${precisions.join(" and ")}${limit}.`
      : `cannot run here: ${asSentence(reason ?? "it gives no reason")} ${fix ?? ""}`.trimEnd();
  return [
    `${path}  (oneDNN ${release.onednn}, ${release.licence}, ${fresh ? "fetched" : "there already,"} from ${from})`,
    `The engine onednn ${state}`,
  ].join("\n");
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
