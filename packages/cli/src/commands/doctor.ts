import { chooseEngine, discoverPlugins, listEngines, type Engine } from "@ssl3d/node";
import type { CAC } from "cac";
import { cpus, freemem, totalmem } from "node:os";
import { isOn, type Options } from "../options.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER, VERSION } from "../version.js";
import { measureEngine } from "./measure-engine.js";

/** One engine as `doctor --json` tells it. */
interface EngineReport {
  readonly name: string;
  readonly version: string | null;
  readonly status: "ok" | "unavailable";
  readonly reason: string | null;
  readonly fix: string | null;
  readonly chosen: boolean;
  readonly precisions: readonly string[];
  /** Billions of operations a second in a 3x3x3 convolution; null where it was not measured. */
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
      const variable = process.env["SSL3D_ENGINE"] ?? "";
      const requested = variable === "" ? undefined : { name: variable, by: "SSL3D_ENGINE" };
      const { engine: chosen, reason } = chooseEngine(engines, requested);
      const reports: EngineReport[] = [];
      for (const engine of engines) reports.push(await describeEngine(engine, engine === chosen));
      const cpu = { model: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length };
      const memory = { totalMiB: toMiB(totalmem()), freeMiB: toMiB(freemem()) };
      const document = { ssl3d: VERSION, node: process.version, cpu, memory, engines: reports };
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      streams.stdout.write(`ssl3d ${VERSION}, Node ${process.version}\n`);
      streams.stdout.write(`${cpu.cores} x ${cpu.model}, ${memory.totalMiB} MiB of memory, ${memory.freeMiB} MiB free\n\n`);
      const rows = reports.map((engine) => [
        `${engine.name}${engine.chosen ? " *" : ""}`,
        engine.version ?? "-",
        engine.status,
        engine.gflops === null ? "-" : engine.gflops.toPrecision(3),
        engine.precisions.join(", "),
      ]);
      streams.stdout.write(`${formatTable([["engine", "version", "status", "GFLOP/s", "precisions"], ...rows])}\n\n`);
      streams.stdout.write(`* ${chosen.plugin.name} is taken: ${reason}. --engine or SSL3D_ENGINE takes another.\n`);
      for (const { name, reason: why, fix } of reports)
        if (why !== null) streams.stdout.write(`${name} cannot run here: ${why} ${fix ?? ""}\n`);
    });
}

async function describeEngine({ plugin, status }: Engine, chosen: boolean): Promise<EngineReport> {
  return {
    name: plugin.name,
    version: status.version ?? null,
    status: status.status,
    reason: status.reason ?? null,
    fix: status.fix ?? null,
    chosen,
    precisions: status.precisions,
    gflops: status.status === "ok" ? await measureEngine(plugin) : null,
  };
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
