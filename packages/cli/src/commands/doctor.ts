import { chooseEngine, discoverPlugins, engineVariable, listEngines, type Engine, type EngineChoice } from "@ssl3d/node";
import type { CAC } from "cac";
import { cpus, totalmem } from "node:os";
import { isOn, type Options } from "../options.js";
import { describeError } from "../output/describe-error.js";
import { asSentence } from "../output/sentence.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER, VERSION } from "../version.js";
import { measureEngine } from "./measure-engine.js";

/** One engine as `doctor --json` tells it. */
interface EngineReport {
  readonly name: string;
  readonly version: string | null;
  readonly status: "ok" | "unavailable";
  /** Why it cannot run here; with "ok", what it lacks here. */
  readonly reason: string | null;
  readonly fix: string | null;
  readonly chosen: boolean;
  readonly precisions: readonly string[];
  /** Billions of operations a second in a 3x3x3 convolution, in its best precision; null where it was not measured. */
  readonly gflops: number | null;
}

/** `ssl3d doctor`. */
export function addDoctor(program: CAC, streams: Streams): void {
  program
    .command("doctor", "Show the compute engines found, which is taken and why, their measured speed and the memory")
    .option("--json", "Print the findings as one JSON document on stdout")
    .example("  $ ssl3d doctor")
    .action(async (options: Options) => {
      const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
      const engines = await listEngines(plugins);
      const choice = choose(engines);
      const reports: EngineReport[] = [];
      for (const engine of engines) reports.push(await describeEngine(engine, "engine" in choice && engine === choice.engine));
      const cpu = { model: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length };
      const memory = { totalMiB: toMiB(memoryLimit()), freeMiB: toMiB(process.availableMemory()) };
      if (isOn(options, "json")) {
        const document = { ssl3d: VERSION, node: process.version, cpu, memory, engines: reports };
        streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      } else {
        streams.stdout.write(`ssl3d ${VERSION}, Node ${process.version}\n`);
        streams.stdout.write(`${cpu.cores} x ${cpu.model}, ${memory.totalMiB} MiB of memory, ${memory.freeMiB} MiB free\n\n`);
        streams.stdout.write(describeReports(reports, choice));
      }
      if ("engine" in choice) return;
      const { text, code } = describeError(choice.error, false);
      streams.stderr.write(`${text}\n`);
      return code;
    });
}

/** Bytes that this process may take: the machine's, or less in a container. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  // 0, or more than there is, where nothing limits it
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** The engine a run would take; an error where SSL3D_ENGINE names one that it cannot. */
function choose(engines: readonly Engine[]): EngineChoice | { readonly error: unknown } {
  const variable = engineVariable();
  try {
    return chooseEngine(engines, variable === undefined ? undefined : { name: variable, by: "SSL3D_ENGINE" });
  } catch (error) {
    return { error };
  }
}

function describeReports(reports: readonly EngineReport[], choice: EngineChoice | { readonly error: unknown }): string {
  const rows = reports.map((engine) => [
    `${engine.name}${engine.chosen ? " *" : ""}`,
    engine.version ?? "-",
    engine.status,
    engine.gflops === null ? "-" : engine.gflops.toPrecision(3),
    engine.precisions.join(", "),
  ]);
  const lines = [formatTable([["engine", "version", "status", "GFLOP/s", "precisions"], ...rows]), ""];
  if ("engine" in choice) {
    lines.push(`* ${choice.engine.plugin.name} is taken: ${choice.reason}. --engine or SSL3D_ENGINE takes another.`);
  }
  for (const { name, status, reason, fix } of reports) {
    if (reason === null) continue;
    const limit = status === "ok" ? "is limited here" : "cannot run here";
    lines.push(`${name} ${limit}: ${asSentence(reason)} ${fix ?? ""}`.trimEnd());
  }
  return `${lines.join("\n")}\n`;
}

async function describeEngine({ plugin, status }: Engine, chosen: boolean): Promise<EngineReport> {
  const report = {
    name: plugin.name,
    version: status.version ?? null,
    status: status.status,
    reason: status.reason ?? null,
    fix: status.fix ?? null,
    chosen,
    precisions: status.precisions,
    gflops: null,
  };
  if (status.status !== "ok") return report;
  try {
    return { ...report, gflops: await measureEngine(plugin, status) };
  } catch (error) {
    const { message, fix = null } = error as Error & { fix?: string };
    return { ...report, reason: `measuring it failed: ${message}`, fix };
  }
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
