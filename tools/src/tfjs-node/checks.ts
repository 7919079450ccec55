// The contract of engines and more on a tfjs-node that is linked in the current folder. Prints a line a check.
import { tensorflow } from "@ssl3d/backend-tensorflow";
import { testBackend } from "@ssl3d/testing";
import { memoryStaysFlat } from "./memory.js";
import { pointwiseFilterGradients } from "./pointwise.js";
import { computesInWorker } from "./worker.js";

const TOLERANCE = 1e-5;

const { status, reason, version } = await tensorflow.probe();
if (status !== "ok") throw new Error(`The engine is not there: ${reason ?? "no reason"}`);
console.log(version);
const name = await tensorflow.activate({});
const checks: { readonly name: string; run(): Promise<void> | void }[] = [
  ...testBackend(name, { tolerance: TOLERANCE }),
  { name: "filter gradients of 1x1 filters with strides equal the reference", run: () => pointwiseFilterGradients(name, TOLERANCE) },
  { name: "memory stays flat over 50 training steps", run: () => memoryStaysFlat(name) },
  { name: "a worker thread computes, too", run: computesInWorker },
];
for (const check of checks) {
  try {
    await check.run();
    console.log(`pass  ${check.name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAIL  ${check.name}: ${(error instanceof Error ? error.message : String(error)).replaceAll("\n", " ")}`);
  }
}
// TensorFlow's threads may outlive the work.
process.exit();
