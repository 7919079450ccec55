import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { writeFailed } from "./errors.js";
import { writeFileAtomic } from "./atomic.js";

/** One line of log.jsonl: an event of a run, with the time it was written. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly type: string; readonly step?: number };

/** A run's log.jsonl. */
export interface RunLog {
  /** @throws SSL3D_WRITE_FAILED on a full disk. */
  append(line: LogLine): void;
}

/**
 * Opens a log. Lines of steps after `lastStep` are dropped: a killed process wrote them after its last checkpoint, and the
 * resumed run writes them again.
 */
export async function openRunLog(path: string, lastStep: number): Promise<RunLog> {
  const lines = await readRunLog(path);
  const kept = lines.filter((line) => (line.step ?? 0) <= lastStep && line.type !== "end");
  await writeFileAtomic(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return {
    append(line) {
      try {
        appendFileSync(path, `${JSON.stringify(line)}\n`);
      } catch (error) {
        throw writeFailed(path, error as NodeJS.ErrnoException);
      }
    },
  };
}

/** The lines of a log; none where there is no such file. A line that a crash cut off is left out. */
export async function readRunLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as LogLine];
    } catch {
      return [];
    }
  });
}
