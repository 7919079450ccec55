// `npm run golden -- DIR [--only KIND,...] [--skip-unknown] [--list]`: holds the code against golden arrays of the original.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { TOLERANCE } from "./compare.js";
import { GOLDEN_KINDS } from "./kinds.js";
import { runGolden } from "./run-golden.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, "skip-unknown": { type: "boolean", default: false }, list: { type: "boolean", default: false } },
});

function usage(problem: string): never {
  console.error(`${problem}\nUsage: npm run golden -- DIR [--only KIND,...] [--skip-unknown] [--list]\nKinds: ${GOLDEN_KINDS.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

if (values.list) {
  for (const { name, summary } of GOLDEN_KINDS) console.log(`${name.padEnd(20)}${summary}`);
  process.exit(0);
}
const [root] = positionals;
if (root === undefined || !existsSync(root)) usage(root === undefined ? "A folder is needed." : `There is no folder ${root}.`);
const only = values.only?.split(",").filter((name) => name !== "") ?? (values["skip-unknown"] ? GOLDEN_KINDS.map(({ name }) => name) : undefined);
const unknown = only?.find((name) => !GOLDEN_KINDS.some((kind) => kind.name === name));
if (unknown !== undefined) usage(`There is no kind "${unknown}".`);

registerGradients();
await tf.setBackend("cpu");
console.log(`Tolerance: ${TOLERANCE} of the largest magnitude of each array; equality for index work.`);
const { passed, failed } = await runGolden(root, GOLDEN_KINDS, only, (line) => console.log(line));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
