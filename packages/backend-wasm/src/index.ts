export { wasm } from "./plugin.js";
export type { WasmOptions } from "./options.js";
