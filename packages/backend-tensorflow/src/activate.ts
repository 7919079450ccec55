import { backend, env, findBackend, getBackend, setBackend, version_core } from "@tensorflow/tfjs-core";
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { loadFailed, noGpu, otherTfjs, threadsSettled, unavailable } from "./errors.js";
import type { InstalledAddon } from "./installed-addon.js";
import { registerKernels } from "./kernels/register-kernels.js";
import type { TensorflowOptions } from "./options.js";
import { provideRemovedUtilities } from "./removed-utilities.js";
import { chooseAddon, type Choice, type Device } from "./status.js";
import { BACKEND_NAME, type TensorflowBackend } from "./tensorflow-backend.js";

/** Environment variables through which TensorFlow is set up; it reads them once, when it is loaded. */
const THREADS = "TF_NUM_INTRAOP_THREADS";
const DEFAULTS: Readonly<Record<string, string>> = {
  // oneDNN's convolutions are about ten times faster, but TensorFlow uses them unasked only on processors with AVX-512.
  TF_ENABLE_ONEDNN_OPTS: "1",
  // No description of the processor on stderr.
  TF_CPP_MIN_LOG_LEVEL: "1",
};

/**
 * Makes TensorFlow tfjs' current backend. May be called again: later calls only select it.
 *
 * @throws Ssl3dError SSL3D_TENSORFLOW_UNAVAILABLE, SSL3D_TENSORFLOW_LOAD_FAILED, SSL3D_TENSORFLOW_OTHER_TFJS,
 * SSL3D_TENSORFLOW_NO_GPU, SSL3D_TENSORFLOW_THREADS
 */
export async function activate(device: Device, options: TensorflowOptions, choice: Choice = chooseAddon(device)): Promise<string> {
  const { addon, status } = choice;
  if (addon === undefined) throw unavailable(device === "gpu" ? "tensorflow-gpu" : "tensorflow", status);
  settleThreads(options.threads, isLoaded());
  const previous = getBackend() as string | undefined;
  load(addon);
  if (!isLoaded() || !(await setBackend(BACKEND_NAME))) throw otherTfjs(addon.folder, version_core);
  const current = backend() as unknown as TensorflowBackend;
  if (device === "gpu" && !current.isUsingGpuDevice) {
    if (previous !== undefined) await setBackend(previous);
    throw noGpu(addon.folder);
  }
  registerKernels(current);
  return BACKEND_NAME;
}

/** Whether a tfjs-node has registered itself, through us or on its own. */
function isLoaded(): boolean {
  return (findBackend(BACKEND_NAME) as unknown) != null;
}

function load(addon: InstalledAddon): void {
  for (const [name, value] of Object.entries(DEFAULTS)) process.env[name] ??= value;
  provideRemovedUtilities();
  // Where npm did not merge tfjs-node's copy of tfjs with ours, the two share tfjs' global engine, and the second says of
  // every kernel of the cpu backend that it is registered already.
  const testing = env().getBool("IS_TEST");
  env().set("IS_TEST", true);
  try {
    createRequire(import.meta.url)(addon.folder);
  } catch (error) {
    throw loadFailed(`${addon.package} ${addon.version}`, addon.folder, error);
  } finally {
    env().set("IS_TEST", testing);
  }
}

/** Asks for a number of threads before TensorFlow is loaded; afterwards it can only be what it is. */
function settleThreads(threads: number | undefined, loaded: boolean): void {
  if (threads === undefined || process.env[THREADS] === String(threads)) return;
  if (loaded) throw threadsSettled(threads, `TensorFlow is loaded already, with ${process.env[THREADS] ?? "one for each core"}`);
  // A worker's environment is a copy that native code does not see.
  if (!isMainThread) throw threadsSettled(threads, "a worker thread cannot tell TensorFlow how many");
  process.env[THREADS] = String(threads);
}
