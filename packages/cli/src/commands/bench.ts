import {
  checkEngineOptions,
  chooseEngine,
  discoverPlugins,
  engineCell,
  findWorkload,
  listEngines,
  measureCells,
  profileWorkload,
  WORKLOADS,
  type BenchReport,
  type CellRequest,
  type Engine,
  type EngineRequest,
  type WorkloadPlan,
} from "@ssl3d/node";
import type { Precision } from "@ssl3d/core";
import type { CAC } from "cac";
import { availableParallelism } from "node:os";
import { engineRequest } from "../config/engine-request.js";
import { badOption, benchFailed } from "../errors.js";
import { integer, isOn, text, type Options } from "../options.js";
import { createProgress } from "../output/progress.js";
import { formatBench, formatProfile, type ProfileReport } from "../output/format-bench.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

/** Steps measured where --runs says nothing. */
const RUNS = 5;
const WORKLOAD = "unet-32";

/** `ssl3d bench`. */
export function addBench(program: CAC, streams: Streams): void {
  program
    .command("bench", "Measure the speed and memory of training steps on the engines at hand")
    .option("--engine <name>", "One engine (default: SSL3D_ENGINE, or all that can run here but for cpu; with --profile the fastest)")
    .option("--workload <name>", `What to run: ${WORKLOADS.map(({ name }) => name).join(", ")} (default: ${WORKLOAD})`)
    .option("--precision <name>", "Number format of the engine: float32 or bf16 (default: all it has here; with --profile its best)")
    .option("--threads <n>", "Threads of the engine (default: one for each core)")
    .option("--runs <n>", `Measured steps; the median is told (default: ${RUNS})`)
    .option("--profile", "Show the time of each kernel of a step")
    .option("--json", "Print the measurements as one JSON document on stdout")
    .example("  $ ssl3d bench --workload unet-64 --engine wasm")
    .example("  $ ssl3d bench --profile")
    .action(async (options: Options) => {
      const name = text(options, "workload") ?? WORKLOAD;
      const known = WORKLOADS.map((workload) => workload.name);
      if (!known.includes(name)) throw badOption("workload", `one of ${known.join(", ")}`, name);
      const request = { ...engineRequest(options), plan: findWorkload(name), runs: integer(options, "runs", 1) ?? RUNS };
      const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
      const engines = await listEngines(plugins);
      const print = (report: object, readable: string): void => {
        streams.stdout.write(isOn(options, "json") ? `${JSON.stringify(report, null, 2)}\n` : readable);
      };
      if (isOn(options, "profile")) {
        const { engine } = chooseEngine(engines, wishOf(request), request.precision);
        const report = await profile(engine, request);
        print(report, formatProfile(report, request.plan));
      } else {
        const report = await measure(selectEngines(engines, request), request, streams);
        print(report, formatBench(report, request.plan));
      }
    });
}

interface BenchRequest extends EngineRequest {
  readonly plan: WorkloadPlan;
  readonly runs: number;
}

async function measure(engines: readonly Engine[], request: BenchRequest, streams: Streams): Promise<BenchReport> {
  const precisionsOf = ({ status }: Engine): readonly Precision[] => (request.precision === undefined ? status.precisions : [request.precision]);
  const cells = engines.flatMap((engine) => precisionsOf(engine).map((precision) => cellOf(engine, precision, request)));
  const progress = createProgress(streams.stderr);
  const report = await measureCells(cells, {
    onProgress: (done, all) => progress.show(`step ${done}/${all}`, false),
    onNote: (note) => progress.log(note),
  });
  progress.close();
  if (report.rows.length === 0) throw benchFailed(request.plan.name, report.failures.map(({ engine, message }) => `${engine}: ${message}`));
  return report;
}

async function profile(engine: Engine, request: BenchRequest): Promise<ProfileReport> {
  const { plugin, status } = engine;
  const precision = request.precision ?? status.precisions[0] ?? "float32";
  const { threads, workload } = cellOf(engine, precision, request);
  const options = checkEngineOptions(plugin, { threads, precision });
  return { engine: plugin.name, precision, threads, workload, ...(await profileWorkload(plugin, options, request.plan, request.runs)) };
}

function cellOf(engine: Engine, precision: Precision, { plan, threads, runs }: BenchRequest): CellRequest {
  // An engine of one thread takes any default, but not what was asked for.
  if (threads !== undefined) checkEngineOptions(engine.plugin, { threads });
  return engineCell(engine, {
    workload: plan.name,
    precision,
    threads: threads ?? availableParallelism(),
    runs,
    cwd: process.cwd(),
    bundled: [PACKAGE_FOLDER],
  });
}

function selectEngines(engines: readonly Engine[], request: BenchRequest): Engine[] {
  const wish = wishOf(request);
  if (wish !== undefined) return [chooseEngine(engines, wish, request.precision).engine];
  const fits = ({ plugin, status }: Engine): boolean =>
    plugin.name !== "cpu" && status.status === "ok" && (request.precision === undefined || status.precisions.includes(request.precision));
  const chosen = engines.filter(fits);
  return chosen.length > 0 ? chosen : [chooseEngine(engines, undefined, request.precision).engine];
}

function wishOf({ engine }: BenchRequest): { name: string; by: string } | undefined {
  if (engine !== undefined) return { name: engine, by: "--engine" };
  const name = process.env["SSL3D_ENGINE"] ?? "";
  return name === "" ? undefined : { name, by: "SSL3D_ENGINE" };
}
