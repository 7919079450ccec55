import { env, getBackend, setBackend } from "@tensorflow/tfjs-core";
import { unavailable } from "./errors.js";
import type { WasmOptions } from "./options.js";

/** The name of tfjs' own backend, whose kernels this engine replaces where it has faster ones. */
export const BACKEND_NAME = "wasm";

/**
 * Makes the wasm engine tfjs' current backend. May be called again: later calls only select it.
 *
 * @throws Ssl3dError SSL3D_WASM_UNAVAILABLE where the stock backend does not start.
 */
export async function activate(options: WasmOptions): Promise<string> {
  if (getBackend() === BACKEND_NAME) return BACKEND_NAME;
  // Imported here, not above: importing it registers the backend and all its kernels.
  const stock = await import("@tensorflow/tfjs-backend-wasm");
  if (options.wasmPaths !== undefined) stock.setWasmPaths(options.wasmPaths);
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await setBackend(BACKEND_NAME))) {
    throw unavailable(
      "tfjs' WebAssembly module could not be loaded",
      "In a browser, serve the .wasm files of @tensorflow/tfjs-backend-wasm/dist and name their folder in the option wasmPaths.",
    );
  }
  return BACKEND_NAME;
}
