import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { KERNELS_WASM } from "./kernels.generated.js";

/** The functions of src/assembly. Pointers and sizes are 32-bit integers; see there for what each does. */
export interface KernelModule {
  convolve(geometry: number): void;
  filterGradient(geometry: number): void;
  channelSums(x: number, rows: number, channels: number, sums: number): void;
  channelMoments(x: number, shift: number, rows: number, channels: number, sums: number, squares: number): void;
  channelProducts(x: number, shift: number, dy: number, rows: number, channels: number, sums: number, products: number): void;
  scaleChannels(x: number, factor: number, offset: number, y: number, rows: number, channels: number): void;
  combineChannels(dy: number, x: number, a: number, b: number, c: number, z: number, rows: number, channels: number): void;
  rowSums(x: number, rows: number, length: number, y: number): void;
  maskPositive(dy: number, y: number, dz: number, count: number): void;
  copyRows(from: number, to: number, rows: number, bytes: number, fromStep: number, toStep: number): void;
  multiply(a: number, b: number, c: number, rows: number, inner: number, columns: number, aRowStep: number, aInnerStep: number): void;
  transpose(a: number, b: number, rows: number, columns: number): void;
  dropout(x: number, y: number, count: number, seed: number, threshold: number, factor: number): void;
  adamUpdate(
    weight: number, gradient: number, m: number, v: number, nextWeight: number, nextM: number, nextV: number, count: number,
    rate: number, toMean: number, toSquare: number, epsilon: number, decay: number,
  ): void;
  sgdUpdate(
    weight: number, gradient: number, velocity: number, nextWeight: number, nextVelocity: number, count: number,
    learningRate: number, momentum: number, nesterov: number,
  ): void;
  pool(geometry: number, isMaximum: number, scale: number): void;
  spreadWindows(geometry: number, scale: number): void;
  maxPoolGradient(geometry: number, dy: number, dx: number, all: number): void;
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
  readonly asm: { readonly memory: WebAssembly.Memory; readonly malloc: (bytes: number) => number };
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
