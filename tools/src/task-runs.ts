// `npm run task-runs`: pretrains with every task, in 3D and 2D. See USAGE.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isSsl3dError, type PretrainConfig } from "@ssl3d/core";
import { describeEngine, discoverPlugins, formatDuration, pretrain, readRunLog, runPaths, writeFileAtomic, writeRunReport, type RunEvent, type RunOptions } from "@ssl3d/node";
import { tryFetchLibrary } from "./engine/try-fetch.js";
import { roundNumbers } from "./round-numbers.js";
import { blankPatches } from "./task-runs/blank-patches.js";
import { makeData } from "./task-runs/make-data.js";
import { configOf, TASK_RUNS, type TaskRun } from "./task-runs/plan.js";
import { figuresOf, type RunResult } from "./task-runs/run-result.js";
import { writeTable } from "./task-runs/write-table.js";

const USAGE = `Usage: npm run task-runs [-- OPTIONS]

Pretrains a small encoder with each of the six tasks on synthetic brains: on volumes (3d) and on their slices (2d); with
--photograph on random patches of a fundus photograph, too. Writes runs/tasks and docs/results/tasks.md. Finished runs are
skipped; stop it with Ctrl-C whenever you like and start it again to go on.

  --only NAME,NAME    Only these runs, e.g. rotation-3d,masked-2d
  --photograph FILE   A fundus photograph (.jpg), such as skimage.data.retina() of scikit-image (CC0)
  --results           Runs nothing: writes the table of the runs there are
  --blank RUN         Runs nothing: what accuracy is left to a finished run of 3D patch location (a folder) where parts of its patches are blanked`;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    photograph: { type: "string" },
    results: { type: "boolean", default: false },
    blank: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const known = TASK_RUNS.map(({ name }) => name);
const only = values.only?.split(",").map((name) => name.trim());
const unknown = only?.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`--only: there is no run "${unknown}". Known: ${known.join(", ")}.`);
  process.exit(2);
}

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const folder = join("runs", "tasks");
const results = join("docs", "results", "tasks");
const bundled = [join("packages", "cli")];
const stop = new AbortController();
process.once("SIGINT", () => {
  console.error("Stopping after the step under way; the same command goes on from there.");
  stop.abort();
});

try {
  if (values.blank !== undefined) {
    const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled });
    for (const [what, accuracy] of Object.entries(await blankPatches(values.blank, plugins))) console.log(`${what.padEnd(48)} ${accuracy.toFixed(3)}`);
    process.exit(0);
  }
  if (!values.results) await runAll();
  await writeTable(`${results}.md`, await storedResults());
  console.log(`Table: ${results}.md`);
} catch (error) {
  if (stop.signal.aborted) process.exitCode = 130;
  else if (isSsl3dError(error)) {
    console.error(`${error.message}\n${error.fix}`);
    process.exitCode = error.fault === "machine" ? 1 : 2;
  } else throw error;
}

async function runAll(): Promise<void> {
  const fetched = await tryFetchLibrary(stop.signal);
  if (fetched !== undefined) console.log(fetched);
  for (const run of TASK_RUNS) {
    if (only !== undefined && !only.includes(run.name)) continue;
    const { config, fingerprint } = await configOf(run, folder);
    const stored = await storedResult(run);
    if (stored?.configuration === fingerprint) {
      console.log(`${run.name} is done.`);
      continue;
    }
    if (run.images === "photograph" && values.photograph === undefined && !existsSync(config.data.path)) {
      console.log(`${run.name} needs --photograph.`);
      continue;
    }
    await makeData(folder, run.images, values.photograph);
    console.log(`[${new Date().toISOString().slice(11, 19)}] ${run.name} ...`);
    if (!(await runOne(run, config, fingerprint))) return;
    await writeTable(`${results}.md`, await storedResults());
  }
}

/** Runs or goes on with a run; whether it came to its end. */
async function runOne(run: TaskRun, config: PretrainConfig, fingerprint: string): Promise<boolean> {
  let engine = "";
  const onEvent = (event: RunEvent): void => {
    if (event.type === "engine") engine = describeEngine(event.engine);
    if (event.type !== "validation" && event.type !== "probe") return;
    const figures = Object.entries(event.metrics).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    console.log(`  ${event.type} after step ${event.step} of ${run.steps}: ${figures.join(", ")}`);
  };
  const options: RunOptions = { bundled, signal: stop.signal, onEvent, resume: existsSync(config.output) };
  const started = performance.now();
  const { outcome } = await pretrain(config, options);
  if (outcome === "interrupted") return false;
  await writeRunReport(config.output, { bundled });
  const result: RunResult = {
    run: run.name,
    configuration: fingerprint,
    steps: run.steps,
    examplesPerStep: run.batchSize,
    engine,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    ...figuresOf(await readRunLog(runPaths(config.output).log)),
  };
  await writeFileAtomic(resultFile(run), `${JSON.stringify(result, roundNumbers, 1)}\n`);
  console.log(`  ${formatDuration((performance.now() - started) / 1000)}`);
  return true;
}

async function storedResults(): Promise<readonly (RunResult & TaskRun)[]> {
  const stored = await Promise.all(TASK_RUNS.map(async (run) => ({ run, result: await storedResult(run) })));
  return stored.flatMap(({ run, result }) => (result === undefined ? [] : [{ ...run, ...result }]));
}

async function storedResult(run: TaskRun): Promise<RunResult | undefined> {
  const text = await readFile(resultFile(run), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunResult);
}

function resultFile({ name }: TaskRun): string {
  return join(results, `${name}.json`);
}
