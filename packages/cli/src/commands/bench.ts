import { bench, checkEngineOptions, chooseEngine, discoverPlugins, listEngines, WORKLOADS, type BenchTask, type Engine } from "@ssl3d/node";
import type { CAC } from "cac";
import { badOption } from "../errors.js";
import { integer, isOn, text, type Options } from "../options.js";
import { createProgress } from "../output/progress.js";
import { formatTable } from "../output/table.js";
import type { Streams } from "../program.js";
import { PACKAGE_FOLDER } from "../version.js";

const RUNS = 3;

/** `ssl3d bench`. */
export function addBench(program: CAC, streams: Streams): void {
  program
    .command("bench", "Measure the speed of training steps on the engines at hand")
    .option("--engine <name>", "One engine (default: all that can run here, but for cpu)")
    .option("--workload <name>", `What to run: ${WORKLOADS.map(({ name }) => name).join(", ")} (default: unet-32)`)
    .option("--precision <name>", "Number format of the engine: float32 or bf16 (default: float32)")
    .option("--threads <n>", "Threads of the engine (default: the engine's choice)")
    .option("--runs <n>", "Measured runs; the median is told (default: 3)")
    .option("--json", "Print the measurements as one JSON document on stdout")
    .example("  $ ssl3d bench --workload unet-64 --engine wasm")
    .action(async (options: Options) => {
      const workload = text(options, "workload") ?? "unet-32";
      const known = WORKLOADS.map(({ name }) => name);
      if (!known.includes(workload)) throw badOption("workload", `one of ${known.join(", ")}`, workload);
      const runs = integer(options, "runs", 1) ?? RUNS;
      const engines = await selectEngines(options);
      const tasks = engines.map((engine): BenchTask => ({ engine: prepare(engine, options), workload, runs }));
      const progress = createProgress(streams.stderr);
      const report = await bench(tasks, (done, all) => progress.show(`run ${done}/${all}`, false));
      progress.close();
      if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      const { cpu, cores, load } = report.machine;
      const rows = report.rows.map(({ engine, precision, threads, msPerStep, gflops, peakRssMiB }) => [
        engine,
        precision,
        String(threads),
        `${msPerStep.median.toFixed(0)} (${msPerStep.min.toFixed(0)} to ${msPerStep.max.toFixed(0)})`,
        gflops.toFixed(1),
        String(peakRssMiB),
      ]);
      streams.stdout.write(`${workload} on ${cores} x ${cpu}, load ${load.toFixed(1)}\n`);
      const header = ["engine", "precision", "threads", "ms a step (range)", "GFLOP/s", "memory MiB"];
      streams.stdout.write(`${formatTable([header, ...rows])}\n`);
    });
}

async function selectEngines(options: Options): Promise<Engine[]> {
  const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled: [PACKAGE_FOLDER] });
  const engines = await listEngines(plugins);
  const name = text(options, "engine");
  if (name !== undefined) return [chooseEngine(engines, { name, by: "--engine" }).engine];
  const able = engines.filter(({ status }) => status.status === "ok");
  const fast = able.filter(({ plugin }) => plugin.name !== "cpu");
  return fast.length > 0 ? fast : able;
}

function prepare({ plugin, status }: Engine, options: Options): BenchTask["engine"] {
  const precision = text(options, "precision") ?? "float32";
  if (precision !== "float32" && precision !== "bf16") throw badOption("precision", '"float32" or "bf16"', precision);
  if (!status.precisions.includes(precision))
    throw badOption("precision", `one that ${plugin.name} has: ${status.precisions.join(", ")}`, precision);
  const threads = integer(options, "threads", 1);
  const wanted = { ...(threads !== undefined && { threads }), ...(precision !== "float32" && { precision }) };
  const checked = checkEngineOptions(plugin, wanted);
  return { name: plugin.name, precision, threads: threads ?? 1, activate: () => plugin.activate(checked) };
}
