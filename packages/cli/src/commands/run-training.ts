import { formatTransferReport } from "@ssl3d/core";
import { describeEngine, formatDuration, writeRunReport, type RunEvent, type RunOptions } from "@ssl3d/node";
import { EXIT } from "../output/describe-error.js";
import { createProgress, type Progress } from "../output/progress.js";
import { asSentence } from "../output/sentence.js";
import type { Streams } from "../program.js";
import { onInterrupt } from "../signals.js";
import { PACKAGE_FOLDER } from "../version.js";

/** What every training command ends with. */
interface Outcome {
  readonly outcome: "completed" | "interrupted";
  readonly step: number;
  readonly folder: string;
  readonly seconds: number;
  readonly waitedSeconds: number;
}

/**
 * Runs training with progress on stderr and Ctrl-C handled; `conclude` writes the result. Resolves to the exit code.
 */
export async function runTraining<Result extends Outcome>(
  streams: Streams,
  command: string,
  resume: boolean,
  start: (options: RunOptions) => Promise<Result>,
  conclude: (result: Result) => void,
): Promise<number> {
  const progress = createProgress(streams.stderr);
  const interruption = onInterrupt(progress.log);
  try {
    const result = await start({
      resume,
      signal: interruption.signal,
      onEvent: (event) => tell(event, progress),
      bundled: [PACKAGE_FOLDER],
    });
    if (result.outcome === "interrupted") {
      progress.log(`Interrupted after step ${result.step}; continue with: ssl3d ${command} ${quote(result.folder)} --resume`);
      return EXIT.interrupted;
    }
    const share = result.seconds === 0 ? 0 : Math.round((100 * result.waitedSeconds) / result.seconds);
    const report = await writeRunReport(result.folder, { bundled: [PACKAGE_FOLDER] });
    progress.log(`trained in ${formatDuration(result.seconds)}, ${share} % of it waiting for data`);
    conclude(result);
    progress.log(`report: ${report}`);
    return EXIT.done;
  } finally {
    progress.close();
    interruption.release();
  }
}

/** A path as a shell takes it. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path}"`;
}

function tell(event: RunEvent, progress: Progress): void {
  switch (event.type) {
    case "engine": {
      const { engine, changed } = event;
      progress.log(`engine ${describeEngine(engine)}: ${engine.reason}`);
      if (engine.limit !== undefined) progress.log(`  ${engine.name}: ${engine.limit}`);
      for (const { name, reason, fix } of engine.passed) progress.log(`  not ${name}: ${asSentence(reason)} ${fix ?? ""}`.trimEnd());
      if (changed !== undefined) progress.log(`  ${changed}`);
      break;
    }
    case "data": {
      const parts = [`${event.training} for training`, `${event.validation} for validation`];
      if (event.test > 0) parts.push(`${event.test} for the test`);
      const size = `${event.size.join("x")} ${event.size.length === 2 ? "pixels" : "voxels"}, ${event.channels} channel${event.channels === 1 ? "" : "s"}`;
      progress.log(`data ${event.folder}: cases ${parts.join(", ")}; the network sees ${size}`);
      break;
    }
    case "transfer":
      progress.log(`${event.part} from ${event.from}: ${formatTransferReport(event.report)}`);
      for (const note of event.notes) progress.log(`  ${note}`);
      break;
    case "warning":
      progress.log(`warning: ${event.message}`);
      break;
    case "evaluation":
      progress.show(`evaluated ${event.done}/${event.cases}  ${event.id}`, event.done === event.cases);
      break;
    default:
      progress.onEvent(event);
  }
}
