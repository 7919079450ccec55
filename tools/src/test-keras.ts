// `npm run test:keras`: proves with tf_keras that networks go from Keras to ssl3d and back without a changed bit, and from ssl3d to
// Keras. tf_keras makes files of the original's networks (tools/peers/keras_models.py); `ssl3d convert keras`, `ssl3d run` and `ssl3d
// convert to-keras` take them; tf_keras loads by position what they wrote and compares. The last line is `N passed, N failed`.
import { isSsl3dError } from "@ssl3d/core";
import { readNpy, writeNpy } from "@ssl3d/data";
import { convertCheckpoint, convertToKeras, runModel } from "@ssl3d/node";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CASES, NAMED, type KerasCase } from "./keras/cases.js";
import { optionsOf, writeOwnFolder } from "./keras/own-folder.js";
import { kerasPython } from "./keras/python.js";

const TOLERANCE = 1e-4;
const CLI = fileURLToPath(new URL("../../packages/cli/", import.meta.url));
let passed = 0;
let failed = 0;

const python = kerasPython();
if (python === undefined) {
  console.log("TensorFlow and tf-keras could not be installed with pip; the tests with Keras are skipped. SSL3D_KERAS_PYTHON names a Python that has them.");
  console.log("0 passed, 0 failed");
} else {
  const folder = mkdtempSync(join(tmpdir(), "ssl3d-keras-"));
  try {
    writeFileSync(join(folder, "cases.json"), JSON.stringify(CASES.map(describe)));
    runPython(python, "make", folder);
    for (const one of CASES) await convertBothWays(folder, one);
    for (const encoder of NAMED) {
      const { name } = encoder.plugin;
      const own = join(folder, name);
      await writeOwnFolder(own, { inputs: [[96, 96, 3]], encoder });
      await convertToKeras({ folder: own, output: join(folder, `names-${name}.hdf5`) });
    }
    runPython(python, "check", folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
}
process.exitCode = failed > 0 ? 1 : 0;

/** What Python needs of a case. */
function describe({ encoder, part, ...rest }: KerasCase): object {
  const named = (described: Parameters<typeof optionsOf>[0]): object => ({ name: described.plugin.name, options: optionsOf(described) });
  return { ...rest, encoder: named(encoder), ...(part !== undefined && { part: named(part) }) };
}

async function convertBothWays(folder: string, one: KerasCase): Promise<void> {
  const { name } = one;
  const file = (ending: string): string => join(folder, `${name}${ending}`);
  const inputs = one.inputs.map((_, place) => file(`-input${place}.npy`));
  const answer = async (model: string, output: string): Promise<void> => {
    await runModel({ model, input: inputs, output }, { bundled: [CLI] });
  };
  try {
    const converted = file("-converted");
    await convertCheckpoint({ input: file(".hdf5"), output: converted, options: one.convert });
    await convertToKeras({ folder: converted, output: join(folder, `back-${name}.hdf5`) });
    await answer(converted, join(folder, `back-${name}-output.npy`));
    const difference = largestDifference(join(folder, `back-${name}-output.npy`), file("-expected.npy"));
    count(difference <= TOLERANCE, `${name}: Keras, ssl3d: outputs as Keras' (relative difference ${difference.toExponential(1)})`);
    const own = join(folder, `own-${name}`);
    await writeOwnFolder(own, one);
    const report = await convertToKeras({ folder: own, output: `${own}.hdf5` });
    writeFileSync(`${own}.json`, JSON.stringify(report));
    await answer(own, `${own}-output.npy`);
  } catch (error) {
    count(false, `${name}: ${isSsl3dError(error) ? `${error.code} ${error.message}` : String(error)}`);
    // so that Python finds an output to compare with, and fails on it
    for (const way of ["back", "own"]) writeFileSync(join(folder, `${way}-${name}-output.npy`), writeNpy({ data: new Float32Array(1), shape: [1] }));
  }
}

function largestDifference(received: string, expected: string): number {
  const [a, b] = [received, expected].map((path) => readNpy(readFileSync(path))) as [ReturnType<typeof readNpy>, ReturnType<typeof readNpy>];
  if (a.shape.join() !== b.shape.join()) return Infinity;
  let [difference, scale] = [0, 0];
  b.data.forEach((value, place) => {
    difference = Math.max(difference, Math.abs(value - a.data[place]!));
    scale = Math.max(scale, Math.abs(value));
  });
  return difference / scale;
}

/** Runs one end in Python; its checks print a line each. */
function runPython(command: string, end: "make" | "check", folder: string): void {
  const script = fileURLToPath(new URL("../peers/keras_round_trip.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(command, [script, end, folder], { encoding: "utf8", maxBuffer: 2 ** 28 });
  const lines = stdout.split("\n").filter((line) => /^(pass|FAIL) {2}/.test(line));
  for (const line of lines) count(line.startsWith("pass"), line.slice(6));
  if (status !== 0) count(false, `${end} in Python ends with ${status ?? "a signal"}\n${stderr.slice(-4000)}`);
}

function count(good: boolean, text: string): void {
  console.log(`${good ? "pass" : "FAIL"}  ${text}`);
  if (good) passed++;
  else failed++;
}
