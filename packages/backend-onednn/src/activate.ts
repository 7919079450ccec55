import type { BackendProfile } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { engineUnavailable, precisionUnavailable } from "./errors.js";
import { kernelsOf } from "./kernels/all-kernels.js";
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
  const current = backends.get(name);
  if (current === undefined) register(name, new OnednnBackend(new Runtime(loaded.library, threads), type));
  else current.runtime.setThreads(threads);
  await tf.setBackend(name);
  return name;
}

function register(name: string, backend: OnednnBackend): void {
  backends.set(name, backend);
  tf.registerBackend(name, () => backend);
  tf.copyRegisteredKernels("cpu", name);
  for (const kernel of kernelsOf(backend)) {
    if ((tf.getKernel(kernel.kernelName, name) as unknown) != null) tf.unregisterKernel(kernel.kernelName, name);
    tf.registerKernel({ ...kernel, backendName: name });
  }
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
