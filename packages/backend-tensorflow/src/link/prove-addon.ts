import { proofFailed } from "../errors.js";
import { lastLine, lastWords, runProcess } from "./run-process.js";

/** Loads the package and convolves ones: every output voxel meets 3 x 3 x 3 taps of 2 channels. */
const PROOF = `
const utilities = require("node:util");
for (const [name, check] of [["isNullOrUndefined", (value) => value == null], ["isArray", Array.isArray]])
  if (!(name in utilities)) utilities[name] = check;
const tf = require(process.argv[1]);
const y = tf.conv3d(tf.ones([1, 4, 4, 4, 2]), tf.ones([3, 3, 3, 2, 1]), 1, "valid");
process.stdout.write("\\n" + JSON.stringify({ values: Array.from(y.dataSync()), gpu: tf.backend().isUsingGpuDevice }));
`;
const EXPECTED = JSON.stringify(new Array(8).fill(54));

/** What the proof showed. */
export interface Proof {
  readonly device: "CPU" | "GPU";
}

/**
 * Loads a tfjs-node in a process of its own, which may crash, and lets it compute.
 *
 * @throws Ssl3dError SSL3D_LINK_PROOF_FAILED
 */
export async function proveAddon(folder: string, signal?: AbortSignal): Promise<Proof> {
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "1", NODE_OPTIONS: "" };
  const { code, stdout, output } = await runProcess(process.execPath, ["-e", PROOF, folder], { environment, signal });
  const answer = lastLine(stdout);
  if (code !== 0 || !answer.startsWith("{")) throw proofFailed(folder, reasonIn(output));
  const { values, gpu } = JSON.parse(answer) as { values: number[]; gpu: boolean };
  if (JSON.stringify(values) !== EXPECTED) throw proofFailed(folder, `a convolution gave ${JSON.stringify(values)} instead of ${EXPECTED}`);
  return { device: gpu ? "GPU" : "CPU" };
}

function reasonIn(output: string): string {
  return /^\w*Error: (.+)$/m.exec(output)?.[1]?.replace(/\.$/, "") ?? lastWords(output);
}
