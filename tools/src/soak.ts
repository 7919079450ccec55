import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { activateEngine, discoverPlugins, unetWorkload } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";
import { judgeMemory } from "./soak/judge-memory.js";

/*
 * Usage: npm run soak [-- --engine NAME] [--precision P] [--threads N] [--steps N | --minutes M]
 *
 * Trains a small U-Net for 2000 steps, or for so many minutes, and fails where resident memory grows or a tensor is left behind.
 */
const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    precision: { type: "string" },
    threads: { type: "string" },
    steps: { type: "string", default: "2000" },
    minutes: { type: "string" },
  },
});
const root = fileURLToPath(new URL("../..", import.meta.url));
const PRINT_EVERY = 100;
const SAMPLE_EVERY = 10;

const { plugins } = await discoverPlugins({ cwd: root, bundled: [join(root, "packages", "cli")] });
const { name, precision, version } = await activateEngine(plugins, {
  ...(values.engine !== undefined && { engine: values.engine }),
  ...(values.precision !== undefined && { precision: values.precision as "float32" | "bf16" }),
  ...(values.threads !== undefined && { threads: Number(values.threads) }),
});
console.log(`${name} ${version}, ${precision}`);

const workload = unetWorkload({ size: 32, batch: 1, filters: 4 }).build();
workload.run();
const tensors = tf.memory().numTensors;
const samples: number[] = [];
const started = performance.now();
const limitMs = values.minutes === undefined ? Infinity : Number(values.minutes) * 60_000;
const lastStep = values.minutes === undefined ? Number(values.steps) : Infinity;

for (let step = 1; step <= lastStep && performance.now() - started < limitMs; step++) {
  workload.run();
  if (step % SAMPLE_EVERY === 0) samples.push(process.memoryUsage.rss() / 2 ** 20);
  if (step % PRINT_EVERY !== 0) continue;
  console.log(`step ${step}  ${samples.at(-1).toFixed(1)} MiB  ${tf.memory().numTensors} tensors  ${((performance.now() - started) / 1000).toFixed(0)} s`);
  // Lets Ctrl-C and the like through.
  await new Promise((resolve) => setImmediate(resolve));
}

if (samples.length < 10) throw new Error(`Expected at least ${10 * SAMPLE_EVERY} steps, ran about ${samples.length * SAMPLE_EVERY}.`);
const { flat, early, late } = judgeMemory(samples);
const left = tf.memory().numTensors - tensors;
console.log(`resident memory: ${early.toFixed(1)} MiB after a fifth of the run, ${late.toFixed(1)} MiB at its end; ${left} tensors left behind`);
workload.dispose();
process.exitCode = flat && left === 0 ? 0 : 1;
console.log(process.exitCode === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
