// `npm run evidence`: what pretraining does on the synthetic cohorts, task by task. See USAGE.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { activateEngine, describeEngine, discoverPlugins, formatDuration } from "@ssl3d/node";
import { tryFetchLibrary } from "./engine/try-fetch.js";
import { cellName, listCells, type Cell } from "./evidence/cells.js";
import { openCells, type CellStore } from "./evidence/cell-store.js";
import { labelledCell } from "./evidence/labelled-cells.js";
import { hasPretrained, pretrainCell } from "./evidence/pretrained-encoders.js";
import { openStudyData } from "./evidence/study-data.js";
import { RANDOM, studyOf, type CohortName } from "./evidence/study.js";
import { summarise } from "./evidence/summarise.js";
import type { Workshop } from "./evidence/workshop.js";
import { writeResults } from "./evidence/write-results.js";

const USAGE = `Usage: npm run evidence [-- OPTIONS]

Pretrains encoders on synthetic cohorts, reads them out and fine-tunes them, and writes docs/results/COHORT. Every finished
cell is a file there: stop it with Ctrl-C whenever you like and start it again to go on.

  --cohort pancreas|brain  One cohort; default both, pancreas first
  --only probe|finetune    Only the read-outs, or only the fine-tuning, with the pretraining they need
  --tasks NAME,NAME        Only these encoders, e.g. rotation,rpl,"rotation + masked"; "random" is the one without pretraining
  --labels N,N             Only fine-tuning with so many labels; default all of the study's
  --seeds N                Only the first seeds
  --shard I/N              Only every Nth cell, from the Ith on, for several processes on one folder
  --minutes N              Stops after the cell under way once so many minutes have passed
  --engine NAME            The engine; default the fastest that can run here
  --results                Runs nothing: writes the tables of the cells there are
  --smoke                  A tiny study in runs/evidence-smoke: shows that it works, its numbers mean nothing`;

const { values } = parseArgs({
  options: {
    cohort: { type: "string" },
    only: { type: "string" },
    tasks: { type: "string" },
    labels: { type: "string" },
    seeds: { type: "string" },
    shard: { type: "string", default: "1/1" },
    minutes: { type: "string" },
    engine: { type: "string" },
    results: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const cohorts = choice<CohortName>("cohort", ["pancreas", "brain"]);
const only = choice("only", ["probe", "finetune"] as const);
const [shard, shards] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(values.shard)?.slice(1).map(Number) ?? [];
if (shard === undefined || shards === undefined || shard > shards) refuse(`--shard: expected I/N such as 1/2, received "${values.shard}".`);
const deadline = values.minutes === undefined ? Infinity : performance.now() + Number(values.minutes) * 60_000;

const root = fileURLToPath(new URL("../..", import.meta.url));
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => {
    console.error("Stopping after the step under way; the same command goes on from there.");
    stop.abort();
  });
}

try {
  for (const cohort of cohorts ?? (["pancreas", "brain"] as const)) await runStudy(cohort);
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
}

async function runStudy(cohort: CohortName): Promise<void> {
  const study = studyOf(cohort, values.smoke);
  const unknown = values.tasks?.split(",").find((name) => !(name.trim() in study.encoders));
  if (unknown !== undefined) refuse(`--tasks: there is no encoder "${unknown}". Known: ${Object.keys(study.encoders).join(", ")}.`);
  const folder = values.smoke ? join(root, "runs", "evidence-smoke", cohort) : join(root, "docs", "results", cohort);
  const store = openCells(join(folder, "cells"), study);
  const report = async (): Promise<void> => await writeResults(folder, study, summarise(study, store));
  if (values.results) {
    await report();
    return;
  }
  const cells = listCells(study, {
    ...(only !== undefined && { only: only[0]! }),
    ...(values.tasks !== undefined && { encoders: values.tasks.split(",").map((name) => name.trim()) }),
    ...(values.labels !== undefined && { labels: labelCounts(values.labels, study.finetune.labels) }),
    ...(values.seeds !== undefined && { seeds: Number(values.seeds) }),
  });
  const own = cells.filter((_, index) => index % shards! === shard! - 1);
  const left = own.filter((cell) => store.read(cell) === undefined);
  console.log(`${cohort}: ${own.length - left.length} of ${own.length} cells are finished.`);
  if (left.length > 0) {
    const shop = await openWorkshop(cohort, study);
    await runCells(shop, store, own, report);
  }
  await report();
  console.log(`Tables and figures: ${folder}`);
}

async function openWorkshop(cohort: CohortName, study: Workshop["study"]): Promise<Workshop> {
  if (values.engine === undefined && (process.env["SSL3D_ENGINE"] ?? "") === "") {
    const fetched = await tryFetchLibrary(stop.signal);
    if (fetched !== undefined) console.log(fetched);
  }
  const { plugins } = await discoverPlugins({ cwd: root, bundled: [join(root, "packages", "cli")] });
  const engine = await activateEngine(plugins, values.engine === undefined ? {} : { engine: values.engine });
  console.log(`Engine ${describeEngine(engine)}: ${engine.reason}`);
  return {
    study,
    data: await openStudyData(study),
    plugins,
    engine,
    folder: join(root, "runs", values.smoke ? "evidence-smoke" : "evidence", `${cohort}-encoders`),
    signal: stop.signal,
    say: (text) => console.log(text),
  };
}

/** Runs what is left of the cells; an encoder whose weights are gone is trained again first. */
async function runCells(shop: Workshop, store: CellStore, cells: readonly Cell[], report: () => Promise<void>): Promise<void> {
  const seconds: Record<Cell["kind"], number[]> = { pretrain: [], probe: [], finetune: [] };
  const run = async (cell: Cell): Promise<void> => {
    const started = performance.now();
    console.log(`[${new Date().toISOString().slice(11, 19)}] ${cellName(cell)} ...`);
    await store.write(cell.kind === "pretrain" ? await pretrainCell(shop, cell) : await labelledCell(shop, cell));
    const took = (performance.now() - started) / 1000;
    seconds[cell.kind].push(took);
    console.log(`  ${formatDuration(took)}; ${describeLeft(cells, store, seconds)}`);
    await report();
  };
  for (const cell of cells) {
    if (performance.now() > deadline) {
      console.log("The time is up.");
      return;
    }
    if (store.read(cell) !== undefined) continue;
    if (cell.kind !== "pretrain" && cell.encoder !== RANDOM && !(await hasPretrained(shop, cell.encoder))) {
      const pretraining = { kind: "pretrain", encoder: cell.encoder } as const;
      if (shards! > 1 && store.read(pretraining) === undefined && !cells.some(({ kind, encoder }) => kind === "pretrain" && encoder === cell.encoder)) {
        console.log(`${cellName(cell)} waits for another shard's encoder; run this one again later.`);
        continue;
      }
      await run(pretraining);
    }
    await run(cell);
  }
}

function describeLeft(cells: readonly Cell[], store: CellStore, seconds: Readonly<Record<Cell["kind"], readonly number[]>>): string {
  const left = cells.filter((cell) => store.read(cell) === undefined);
  const known = left.filter(({ kind }) => seconds[kind].length > 0);
  const estimate = known.reduce((sum, { kind }) => sum + seconds[kind].reduce((a, b) => a + b, 0) / seconds[kind].length, 0);
  const rest = left.length - known.length;
  return `${left.length} cells left, about ${(estimate / 3600).toFixed(1)} h${rest === 0 ? "" : ` and ${rest} cells of a kind not timed yet`}`;
}

function labelCounts(text: string, known: readonly number[]): number[] {
  const counts = text.split(",").map(Number);
  if (!counts.every((count) => known.includes(count))) refuse(`--labels: expected some of ${known.join(", ")}, received "${text}".`);
  return counts;
}

function choice<Name extends string>(option: "cohort" | "only", known: readonly Name[]): Name[] | undefined {
  const value = values[option];
  if (value === undefined) return undefined;
  const found = known.find((name) => name === value);
  return found === undefined ? refuse(`--${option}: expected ${known.join(" or ")}, received "${value}".`) : [found];
}

function refuse(text: string): never {
  console.error(text);
  process.exit(2);
}
