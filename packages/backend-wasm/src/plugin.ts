import { defineBackend, type BackendPlugin, type BackendStatus } from "@ssl3d/core";
import { version_core } from "@tensorflow/tfjs-core";
import { activate } from "./activate.js";
import { optionsSchema, type WasmOptions } from "./options.js";

/** A module with one SIMD instruction: validates only where WebAssembly SIMD exists. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** The embedded default engine: tfjs' WebAssembly backend with kernels for training in 3D. Runs in Node and in browsers. */
export const wasm: BackendPlugin<"wasm", WasmOptions> = defineBackend({
  name: "wasm",
  summary: "WebAssembly SIMD on one core, in Node and in the browser; nothing to install",
  ranks: [2, 3],
  options: optionsSchema,
  priority: 10,
  probe,
  activate,
});

function probe(): Promise<BackendStatus> {
  if (typeof WebAssembly === "object" && WebAssembly.validate(SIMD_PROBE)) {
    return Promise.resolve({ status: "ok", version: `tfjs ${version_core}`, precisions: ["float32"] });
  }
  return Promise.resolve({
    status: "unavailable",
    reason: "WebAssembly SIMD is missing",
    fix: "Use Node 20 or newer, or a browser of 2021 or newer.",
    precisions: [],
  });
}
