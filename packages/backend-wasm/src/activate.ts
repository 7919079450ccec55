import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { backend, env, getKernel, registerKernel, setBackend, unregisterKernel, type KernelFunc } from "@tensorflow/tfjs-core";
import { unavailable } from "./errors.js";
import { Heap } from "./heap.js";
import { biasKernels } from "./kernels/bias.js";
import { convolutionKernels } from "./kernels/convolution.js";
import { lossKernels } from "./kernels/losses.js";
import { matrixKernels } from "./kernels/matrix.js";
import { movementKernels } from "./kernels/movement.js";
import { normalisationKernels } from "./kernels/normalisation.js";
import { poolingKernels } from "./kernels/pooling.js";
import { reductionKernels } from "./kernels/reduction.js";
import { stockDetourKernels } from "./kernels/stock-detours.js";
import { stockRepairKernels } from "./kernels/stock-repairs.js";
import { updateKernels } from "./kernels/updates.js";
import type { WasmOptions } from "./options.js";

/** The name of tfjs' own backend, whose kernels this engine replaces where it has faster ones. */
export const BACKEND_NAME = "wasm";

/** Backends that already carry our kernels. */
const attached = new WeakSet<object>();

/**
 * Makes the wasm engine tfjs' current backend. May be called again: later calls only select it.
 *
 * @throws Ssl3dError SSL3D_WASM_UNAVAILABLE where the stock backend does not start.
 */
export async function activate(options: WasmOptions): Promise<string> {
  const listeners = processListeners();
  // Imported here, not above: importing it registers the backend and all its kernels.
  const stock = await import("@tensorflow/tfjs-backend-wasm");
  if (options.wasmPaths !== undefined) stock.setWasmPaths(options.wasmPaths);
  // Our kernels share the memory of the single-threaded module.
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await setBackend(BACKEND_NAME))) {
    throw unavailable(
      "tfjs' WebAssembly module could not be loaded",
      "In a browser, serve the .wasm files of @tensorflow/tfjs-backend-wasm/dist and name their folder in the option wasmPaths.",
    );
  }
  listeners.restore();
  const current: object = backend();
  if (!attached.has(current)) {
    attached.add(current);
    replaceKernels(await Heap.attach(current as BackendWasm));
  }
  return BACKEND_NAME;
}

function replaceKernels(heap: Heap): void {
  const stock = (name: string): KernelFunc => (getKernel(name, BACKEND_NAME)).kernelFunc;
  const kernels = [
    ...convolutionKernels(heap),
    ...normalisationKernels(heap),
    ...biasKernels(heap),
    ...poolingKernels(heap),
    ...matrixKernels(heap, stock),
    ...movementKernels(heap, stock),
    ...reductionKernels(heap, stock),
    ...stockDetourKernels(heap, stock),
    ...stockRepairKernels(heap, stock),
    ...updateKernels(heap),
    ...lossKernels(heap),
  ];
  for (const kernel of kernels) {
    const { kernelName } = kernel;
    if ((getKernel(kernelName, BACKEND_NAME) as unknown) != null) unregisterKernel(kernelName, BACKEND_NAME);
    registerKernel({ ...kernel, backendName: BACKEND_NAME });
  }
}

interface ProcessListeners {
  listeners(event: string): ((...args: unknown[]) => void)[];
  removeListener(event: string, listener: (...args: unknown[]) => void): void;
}

/**
 * tfjs' module adds handlers to Node's process that print its whole source above every uncaught error: `restore` removes
 * those added since.
 */
function processListeners(): { restore(): void } {
  const { process } = globalThis as { process?: Partial<ProcessListeners> };
  const { listeners, removeListener } = process ?? {};
  if (process === undefined || listeners === undefined || removeListener === undefined) return { restore: () => undefined };
  const events = ["uncaughtException", "unhandledRejection"];
  const before = events.map((event) => listeners.call(process, event));
  return {
    restore: () => {
      events.forEach((event, i) => {
        for (const listener of listeners.call(process, event)) {
          if (!before[i]!.includes(listener)) removeListener.call(process, event, listener);
        }
      });
    },
  };
}
