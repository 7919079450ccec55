// `npm run quickstart [-- --short]`: cohort, pretraining, two fine-tunings, read-outs, report.
import { isSsl3dError } from "@ssl3d/core";
import { describeEngine, discoverPlugins, finetune, formatDuration, pretrain, probe, runPaths, writeFileAtomic, type ActiveEngine, type Evaluation, type ProbeResult, type RunEvent, type RunOptions } from "@ssl3d/node";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tryFetchLibrary } from "./engine/try-fetch.js";
import { makeCohorts } from "./quickstart/cohorts.js";
import { architecture, cohortFolder, finetunePlan, FULL, pretrainPlan, SHORT } from "./quickstart/plan.js";
import { writeReport, type Findings } from "./quickstart/report.js";
import { formatFindings, summarise } from "./quickstart/summary.js";

const SAY_EVERY_SECONDS = 10;
const plan = process.argv.includes("--short") ? SHORT : FULL;
const started = performance.now();
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const bundled = [join(dirname(fileURLToPath(import.meta.url)), "..")];

let engineSaid = "";

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
  say(`Making ${plan.unlabelled} unlabelled and ${plan.labelled} labelled volumes from Colin27, and ${plan.test} test volumes from ICBM152`);
  await makeCohorts(plan);

  say(`Pretraining an encoder by rotation prediction, ${plan.pretrainSteps} steps`);
  const options: RunOptions = { signal: stop.signal, bundled, onEvent: progress() };
  const pretrained = await pretrain(pretrainPlan(plan), options);
  if (pretrained.outcome === "interrupted") throw new Interrupted();

  const fineTuned = async (name: "pretrained" | "scratch", encoder: string): Promise<Evaluation> => {
    say(`Fine-tuning with ${plan.labelled} labels, ${name}, ${plan.finetuneSteps} steps`);
    const { evaluation } = await finetune(finetunePlan(plan, name, encoder), { ...options, onEvent: progress() });
    if (evaluation === undefined) throw new Interrupted();
    return evaluation;
  };
  const evaluations = {
    pretrained: await fineTuned("pretrained", pretrainPlan(plan).output),
    scratch: await fineTuned("scratch", "scratch"),
  };
  say("Linear read-outs of the pretrained and of a random encoder");
  const readouts = { pretrained: await readOut(pretrainPlan(plan).output), random: await readOut("random") };

  const findings: Findings = {
    engine: readouts.random.engine.name,
    precision: readouts.random.engine.precision,
    seconds: (performance.now() - started) / 1000,
    finetuneSteps: plan.finetuneSteps,
    finetune: evaluations,
    probe: { pretrained: readouts.pretrained.dice, random: readouts.random.dice },
  };
  const { plugins } = await discoverPlugins({ cwd: process.cwd(), bundled });
  const report = await writeReport(plan, findings, plugins);
  const folder = runPaths(finetunePlan(plan, "pretrained", "scratch").output).predictions;
  const predictions = readdirSync(folder).map((file) => join(folder, file));
  const summary = join(plan.folder, "summary.json");
  await writeFileAtomic(summary, `${JSON.stringify(summarise(findings, pretrained, report, predictions), null, 2)}\n`);
  console.log(`\n${formatFindings(findings)}\n`);
  console.log("Synthetic data; one run each, so run-to-run variance comes on top of the intervals (95 %, over cases).");
  console.log("Rotation is not expected to win on this cohort: there, intensity tells the tumour.\n");
  console.log(`${formatDuration(findings.seconds)} on engine ${findings.engine} (${findings.precision}).\nReport       ${report}\nPredictions  ${folder}\nSummary      ${summary}`);
}

async function readOut(encoder: string): Promise<ProbeResult> {
  if (stop.signal.aborted) throw new Interrupted();
  const request = {
    encoder,
    data: cohortFolder(plan, "labelled"),
    test: cohortFolder(plan, "test"),
    dataset: { name: "brats", options: {} },
    labels: plan.labelled,
    seeds: 1,
    steps: plan.probeSteps,
    labelValues: [0, 1, 2, 3],
    regions: "brats" as const,
    architecture: architecture(plan),
  };
  return await probe(request, { bundled });
}

/** Says every few seconds how far a run is. */
function progress(): (event: RunEvent) => void {
  let last = performance.now();
  let steps = 0;
  return (event) => {
    if (event.type === "engine") sayEngine(event.engine);
    if (event.type === "start") steps = event.steps;
    if (event.type !== "step" || performance.now() - last < SAY_EVERY_SECONDS * 1000) return;
    last = performance.now();
    console.log(`  step ${event.step}/${steps}, loss ${event.loss.toFixed(3)}, ${event.seconds.toFixed(2)} s a step`);
  };
}

/** Says which engine computes and why, once. */
function sayEngine(engine: ActiveEngine): void {
  const text = `  on engine ${describeEngine(engine)}: ${engine.reason}`;
  if (text === engineSaid) return;
  engineSaid = text;
  console.log(text);
  for (const { name, reason, fix = "" } of engine.passed) console.log(`  not ${name}: ${reason.replace(/\.$/, "")}. ${fix}`.trimEnd());
}

function say(text: string): void {
  console.log(`[${formatDuration((performance.now() - started) / 1000)}] ${text} ...`);
}
