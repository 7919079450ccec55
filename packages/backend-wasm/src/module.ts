import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { KERNELS_WASM } from "./kernels.generated.js";

/** The functions of src/assembly. Pointers and sizes are 32-bit integers; see there for what each does. */
export interface KernelModule {
  convolve(geometry: number): void;
  filterGradient(geometry: number): void;
  padChannels(from: number, to: number, voxels: number, channels: number, padded: number): void;
  packFilter(
    source: number,
    target: number,
    inChannels: number,
    outChannels: number,
    transposed: number,
    ...tapsStartsStepsAndSourceSize: number[]
  ): void;
}

/** The parts of tfjs' Emscripten module that the engine works with. */
export interface StockModule {
  HEAPU8: Uint8Array;
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** tfjs' wasm module behind its backend object. */
export function stockModule(backend: BackendWasm): StockModule {
  return backend.wasm as unknown as StockModule;
}

/** Instantiates our kernels on the stock backend's memory, so that both work on the same tensors without copies. */
export async function loadKernels(stock: StockModule): Promise<KernelModule> {
  const bytes = Uint8Array.from(atob(KERNELS_WASM), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: stock.asm.memory } });
  return instance.exports as unknown as KernelModule;
}
