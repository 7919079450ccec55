import type { BackendProfile } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { isMainThread } from "node:worker_threads";
import { engineUnavailable, precisionUnavailable } from "./errors.js";
import { kernelsOf } from "./kernels/all-kernels.js";
import type { Kernel } from "./kernels/kernel.js";
import { loadLibrary } from "./native/load.js";
import { Runtime, type NativeTime } from "./native/runtime.js";
import type { OnednnOptions } from "./options.js";
import { OnednnBackend, type ActivationType } from "./storage/onednn-backend.js";

/** tfjs' name of the engine in each precision. */
const BACKEND_NAMES: Readonly<Record<ActivationType, string>> = { float32: "onednn", bf16: "onednn-bf16" };
const backends = new Map<string, OnednnBackend>();

/**
 * Makes the native engine tfjs' current backend.
 * @returns tfjs' name of it
 * @throws SSL3D_ONEDNN_UNAVAILABLE, SSL3D_ONEDNN_PRECISION
 */
export async function activate({ threads, precision }: OnednnOptions): Promise<string> {
  const loaded = loadLibrary();
  if ("reason" in loaded) throw engineUnavailable(loaded.reason, loaded.fix);
  if (precision === "bf16" && !loaded.hasBf16) throw precisionUnavailable();
  const type = precision ?? (loaded.hasBf16 ? "bf16" : "float32");
  const name = BACKEND_NAMES[type];
  // It may have been removed from tfjs, which disposes of it.
  if ((tf.findBackend(name) as unknown) !== backends.get(name)) backends.delete(name);
  if (!backends.has(name)) register(name, new OnednnBackend(new Runtime(loaded.library, threads), type));
  // Those of both precisions compute on the same threads.
  for (const { runtime } of backends.values()) runtime.setThreads(threads);
  await tf.setBackend(name);
  return name;
}

function register(name: string, backend: OnednnBackend): void {
  backends.set(name, backend);
  tf.registerBackend(name, () => backend);
  const own = kernelsOf(backend).map((kernel) => ({ ...kernel, kernelFunc: (call) => backend.attempt(() => kernel.kernelFunc(call)) }) satisfies Kernel);
  for (const kernel of [...tf.getKernelsForBackend("cpu"), ...own]) {
    if ((tf.getKernel(kernel.kernelName, name) as unknown) != null) tf.unregisterKernel(kernel.kernelName, name);
    tf.registerKernel({ ...kernel, backendName: name });
  }
  // A process gives its memory back as it ends, a thread does not.
  if (!isMainThread) process.once("exit", () => backend.dispose());
}

/** Time inside the library in this thread so far, by kind of primitive. */
export function profile(): BackendProfile {
  const sums = new Map<string, NativeTime>();
  for (const { runtime } of backends.values()) {
    for (const [name, { calls, milliseconds }] of runtime.times) {
      const sum = sums.get(name) ?? { calls: 0, milliseconds: 0 };
      sums.set(name, { calls: sum.calls + calls, milliseconds: sum.milliseconds + milliseconds });
    }
  }
  const primitives = Array.from(sums, ([name, time]) => ({ name, ...time }));
  return { nativeMilliseconds: primitives.reduce((total, { milliseconds }) => total + milliseconds, 0), primitives };
}
