import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Precision } from "@ssl3d/core";
import { activateEngine, describeEngine, describeMachine, discoverPlugins, listEngines, measureCells, type BenchReport, type MeasureOptions } from "@ssl3d/node";
import { hasBf16 } from "./bench/bf16.js";
import { checkSameNetwork, compareRows } from "./bench/compare-rows.js";
import { dataWorkTable, measureDataWork } from "./bench/data-work.js";
import { replaceSection } from "./bench/document.js";
import { failureLines, machineLine, RATIO_LEGEND, resultTable } from "./bench/markdown.js";
import { findPeerPython } from "./bench/peers.js";
import { growthSection, tasksSection, trainingStepSection, type Section, type SectionOptions } from "./bench/sections.js";
import { measureStock } from "./bench/stock.js";

const USAGE = `npm run bench [-- OPTIONS]: training steps on every engine here, beside PyTorch and MONAI
(SSL3D_BENCH_PYTHON names a Python with torch 2.13 and monai), all in one run, one step of each in turn.

  --quick          only the U-Net on 32^3
  --growth         also the U-Net from 32^3 to 128^3, with one thread and with all
  --stock          also convolutions on tfjs' own backends
  --data-work      only how long the examples of each task take to make beside its step, on one engine
  --no-tasks       leave out the proxy tasks' networks
  --engine NAME    only this engine (may be repeated)
  --precision P    measure peers in "bf16" too where the processor lacks it, or only in "float32"
  --threads N      (default: one for each core)
  --runs N         steps measured of each (default 7, quick 3)
  --json FILE      where the figures go (default runs/bench.json)
  --write-docs     write the tables into docs/performance.md`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    growth: { type: "boolean", default: false },
    stock: { type: "boolean", default: false },
    "data-work": { type: "boolean", default: false },
    "no-tasks": { type: "boolean", default: false },
    engine: { type: "string", multiple: true },
    precision: { type: "string" },
    threads: { type: "string" },
    runs: { type: "string" },
    json: { type: "string", default: join("runs", "bench.json") },
    "write-docs": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const root = fileURLToPath(new URL("../..", import.meta.url));
const DOCUMENT = join(root, "docs", "performance.md");
const note = (text: string): void => void process.stderr.write(`\r\u001b[K${text}\n`);
const progress: MeasureOptions = { onNote: note, onProgress: (done, all) => void process.stderr.write(`\r${done}/${all} `) };

if (values.help) console.log(USAGE);
else if (values["data-work"]) await dataWork();
else await main();

async function main(): Promise<void> {
  const options = await sectionOptions();
  const sections: Section[] = [trainingStepSection(options, values.quick ? "unet-32" : "unet-64")];
  if (!values.quick && !values["no-tasks"]) sections.push(tasksSection(options));
  if (values.growth) sections.push(growthSection(options));
  const reports: Partial<Record<Section["name"], BenchReport>> = {};
  for (const { name, cells } of sections) {
    const report = await measureCells(cells, progress);
    checkSameNetwork(report.rows);
    reports[name] = report;
    save(reports);
    writeSection(name, describe(report));
  }
  const wasm = options.engines.find(({ plugin }) => plugin.name === "wasm");
  if (values.stock && wasm !== undefined) console.log(`\nconvolutions\n\n${await measureStock(wasm, options, progress)}`);
}

async function dataWork(): Promise<void> {
  const { plugins } = await discoverPlugins({ cwd: root, bundled: [join(root, "packages", "cli")] });
  const engine = await activateEngine(plugins, {
    ...(values.engine !== undefined && { engine: values.engine[0]! }),
    ...(values.threads !== undefined && { threads: Number(values.threads) }),
  });
  const machine = machineLine(describeMachine(), new Date());
  const table = dataWorkTable(await measureDataWork(plugins, (name) => note(`${name} ...`)));
  writeSection("data-work", `${machine} Engine ${describeEngine(engine)}.\n\n${table}`);
}

function writeSection(name: string, text: string): void {
  console.log(`\n${name}\n\n${text}`);
  if (values["write-docs"]) writeFileSync(DOCUMENT, replaceSection(readFileSync(DOCUMENT, "utf8"), name, text));
}

async function sectionOptions(): Promise<SectionOptions> {
  const bundled = [join(root, "packages", "cli")];
  const { plugins } = await discoverPlugins({ cwd: root, bundled });
  const wanted = values.engine;
  const engines = (await listEngines(plugins)).filter(({ plugin, status }) => {
    if (wanted === undefined ? plugin.name === "cpu" : !wanted.includes(plugin.name)) return false;
    if (status.status !== "ok") note(`${plugin.name} cannot run here: ${status.reason ?? "it gives no reason"}`);
    return status.status === "ok";
  });
  return {
    engines,
    python: findPeerPython(note),
    threads: Number(values.threads ?? availableParallelism()),
    runs: Number(values.runs ?? (values.quick ? 3 : 7)),
    peerPrecisions: peerPrecisions(),
    cwd: root,
    bundled,
  };
}

function peerPrecisions(): Precision[] {
  if (values.precision === "float32") return ["float32"];
  if (values.precision === "bf16" || hasBf16()) return ["float32", "bf16"];
  note("No bf16 on this CPU: PyTorch is measured in float32 only (--precision bf16 measures it all the same).");
  return ["float32"];
}

function describe({ machine, rows, failures }: BenchReport): string {
  const missing = rows.some(({ precision }) => precision === "bf16") ? [] : ["No bf16 on this CPU."];
  const parts = [machineLine(machine, new Date()), resultTable(compareRows(rows)), RATIO_LEGEND, ...missing, failureLines(failures).join("\n")];
  return parts.filter((part) => part !== "").join("\n\n");
}

function save(reports: object): void {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(reports, null, 2)}\n`);
}
