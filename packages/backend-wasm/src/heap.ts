import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { outOfMemory } from "./errors.js";
import { loadKernels, stockModule, type KernelModule, type StockModule } from "./module.js";

/** The memory that tfjs' backend and our kernels share, and the kernels themselves. */
export class Heap {
  private constructor(
    private readonly backend: BackendWasm,
    private readonly stock: StockModule,
    readonly kernels: KernelModule,
  ) {}

  /** Loads the kernels and makes failing allocations throw; tfjs itself would write to address zero. */
  static async attach(backend: BackendWasm): Promise<Heap> {
    const stock = stockModule(backend);
    // Not `stock._malloc`: Emscripten's wrapper puts itself back in place on its first call.
    const allocate = stock.asm.malloc;
    stock._malloc = (bytes) => {
      // From 2 GiB on the allocator takes the size for a negative one and hands out memory that is not there.
      const pointer = bytes < 2 ** 31 ? tryAllocate(allocate, bytes, stock) : 0;
      if (pointer === 0 && bytes > 0) throw outOfMemory(bytes, stock.HEAPU8.length);
      return pointer;
    };
    return new Heap(backend, stock, await loadKernels(stock));
  }

  /** Byte address of a float32 tensor's values. */
  address(tensor: TensorInfo): number {
    if (tensor.dtype !== "float32") throw new Error(`The wasm engine's kernels need float32 tensors, got ${tensor.dtype}.`);
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** A new tensor with undefined values. */
  output(shape: readonly number[], dtype: "float32" | "bool" = "float32"): TensorInfo {
    return this.backend.makeOutput([...shape], dtype);
  }

  /** A view on the values of a tensor of numbers or truths; stale like those below. */
  values(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array {
    return this.backend.typedArrayFromHeap(tensor);
  }

  /** The same values under another tensor, not copied: tensors do not change, and variables are given new data. */
  share(tensor: TensorInfo): TensorInfo {
    this.backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
  }

  /** Lets go of a tensor that `output` made and no one else has seen. */
  release(tensor: TensorInfo): void {
    this.backend.disposeData(tensor.dataId);
  }

  /** Sets all values of a tensor to zero. */
  clear(tensor: TensorInfo): void {
    const start = this.address(tensor);
    this.stock.HEAPU8.fill(0, start, start + 4 * util.sizeFromShape(tensor.shape));
  }

  /** Views on the heap go stale when it grows: take them after the last allocation. */
  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.stock.HEAPU8.buffer, pointer, length);
  }

  doubles(pointer: number, length: number): Float64Array {
    return new Float64Array(this.stock.HEAPU8.buffer, pointer, length);
  }

  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.stock.HEAPU8.buffer, pointer, length);
  }

  /** Lends memory for the time of a call. */
  scratch<Result>(bytes: number, use: (pointer: number) => Result): Result {
    const pointer = this.stock._malloc(bytes) >>> 0;
    try {
      return use(pointer);
    } finally {
      this.stock._free(pointer);
    }
  }
}

function tryAllocate(allocate: (bytes: number) => number, bytes: number, stock: StockModule): number {
  try {
    return allocate(bytes);
  } catch (cause) {
    throw outOfMemory(bytes, stock.HEAPU8.length, cause);
  }
}
