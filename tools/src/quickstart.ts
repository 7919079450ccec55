// `npm run quickstart [-- --short]`: cohort, pretraining, read-outs, two fine-tunings, report.
import { isSsl3dError, type Scores } from "@ssl3d/core";
import { describeEngine, discoverPlugins, finetune, formatDuration, pretrain, probe, runPaths, writeFileAtomic, type ActiveEngine, type Evaluation, type RunEvent, type RunOptions } from "@ssl3d/node";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tryFetchLibrary } from "./engine/try-fetch.js";
import { makeCohorts } from "./quickstart/cohorts.js";
import { cohortFolder, finetunePlan, FULL, LABELS, pretrainPlan, SHORT } from "./quickstart/plan.js";
import { writeReport, type Findings, type Readout } from "./quickstart/report.js";
import { formatFindings, summarise } from "./quickstart/summary.js";

const SAY_EVERY_SECONDS = 10;
const plan = process.argv.includes("--short") ? SHORT : FULL;
const started = performance.now();
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const bundled = [join(dirname(fileURLToPath(import.meta.url)), "..")];

let engine: ActiveEngine | undefined;

class Interrupted extends Error {}

try {
  await quickstart();
} catch (error) {
  if (error instanceof Interrupted) {
    console.error("Interrupted. Run the command again to start over.");
    process.exitCode = 130;
  } else if (isSsl3dError(error)) {
    console.error(`${error.message}\n${error.fix}`);
    process.exitCode = error.fault === "machine" ? 1 : 2;
  } else throw error;
}

async function quickstart(): Promise<void> {
  const fetched = await tryFetchLibrary(stop.signal).catch(() => {
    throw new Interrupted();
  });
  if (fetched !== undefined) console.log(fetched);
  await rm(plan.folder, { recursive: true, force: true });
  say(`Making ${plan.unlabelled + plan.labelled + plan.test} volumes of synthetic abdominal CT, ${plan.unlabelled} of them unlabelled`);
  await makeCohorts(plan);

  say(`Pretraining an encoder by masked reconstruction, ${plan.pretrainSteps} steps`);
  const options: RunOptions = { signal: stop.signal, bundled, onEvent: progress() };
  const pretrained = await pretrain(pretrainPlan(plan), options);
  if (pretrained.outcome === "interrupted") throw new Interrupted();

  say(`Linear read-outs of the pretrained and of random encoders, ${plan.probeSeeds} each`);
  const readouts = { pretrained: await readOut(pretrainPlan(plan).output), random: await readOut("random") };

  const fineTuned = async (name: "pretrained" | "scratch", encoder: string): Promise<Evaluation> => {
    say(`Fine-tuning with ${plan.labels} labels, ${name}, ${plan.finetuneSteps} steps`);
    const { evaluation } = await finetune(finetunePlan(plan, name, encoder), { ...options, onEvent: progress() });
    if (evaluation === undefined) throw new Interrupted();
    return evaluation;
  };
  const evaluations = {
    pretrained: await fineTuned("pretrained", pretrainPlan(plan).output),
    scratch: await fineTuned("scratch", "scratch"),
  };

  const findings: Findings = {
    engine: engine?.name ?? "",
    precision: engine?.precision ?? "",
    seconds: (performance.now() - started) / 1000,
    finetuneSteps: plan.finetuneSteps,
    finetune: evaluations,
    probe: readouts,
  };
  const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled });
  const report = await writeReport(plan, findings, plugins);
  const folder = runPaths(finetunePlan(plan, "pretrained", "scratch").output).predictions;
  const predictions = readdirSync(folder).map((file) => join(folder, file));
  const summary = join(plan.folder, "summary.json");
  await writeFileAtomic(summary, `${JSON.stringify(summarise(plan, findings, pretrained, report, predictions), null, 2)}\n`);
  console.log(`\n${formatFindings(findings)}\n`);
  console.log("Synthetic data; intervals are 95 %, over test cases. Pretraining and fine-tuning ran once each: run-to-run variance comes on top.\n");
  console.log(`${formatDuration(findings.seconds)} on engine ${findings.engine} (${findings.precision}).\nReport       ${report}\nPredictions  ${folder}\nSummary      ${summary}`);
}

async function readOut(encoder: string): Promise<Readout> {
  if (stop.signal.aborted) throw new Interrupted();
  const cases: Record<string, Scores[]> = {};
  await probe(
    {
      encoder,
      like: pretrainPlan(plan).output,
      data: cohortFolder(plan, "labelled"),
      test: cohortFolder(plan, "test"),
      dataset: { name: "decathlon", options: {} },
      labels: plan.labels,
      seeds: plan.probeSeeds,
      steps: plan.probeSteps,
      ...LABELS,
      onScore: (_seed, id, scores) => void (cases[id] ??= []).push(scores),
    },
    { bundled },
  );
  return cases;
}

/** Says every few seconds how far a run is. */
function progress(): (event: RunEvent) => void {
  let last = performance.now();
  let steps = 0;
  return (event) => {
    if (event.type === "engine" && engine === undefined) sayEngine((engine = event.engine));
    if (event.type === "start") steps = event.steps;
    if (event.type !== "step" || performance.now() - last < SAY_EVERY_SECONDS * 1000) return;
    last = performance.now();
    console.log(`  step ${event.step}/${steps}, loss ${event.loss.toFixed(3)}, ${event.seconds.toFixed(2)} s a step`);
  };
}

/** Says which engine computes and why. */
function sayEngine(chosen: ActiveEngine): void {
  console.log(`  on engine ${describeEngine(chosen)}: ${chosen.reason}`);
  for (const { name, reason, fix = "" } of chosen.passed) console.log(`  not ${name}: ${reason.replace(/\.$/, "")}. ${fix}`.trimEnd());
}

function say(text: string): void {
  console.log(`[${formatDuration((performance.now() - started) / 1000)}] ${text} ...`);
}
