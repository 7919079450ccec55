import type { backend_util, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { BYTES, type DataType as StoredType } from "../native/constants.js";
import type { Runtime } from "../native/runtime.js";

type Values = backend_util.BackendValues;

/**
 * What is behind a tensor: an array of JavaScript's, a block of native memory, or both, one made from the other when it is
 * asked for. A tensor that tfjs calls float32 may be held as bf16.
 */
export class TensorData<Type extends DataType = DataType> {
  readonly dtype: Type;
  refCount: number;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  readonly #runtime: Runtime;
  #array: Values | undefined;
  #block: Block | undefined;
  readonly #stored: StoredType;
  readonly #length: number;
  #copies: Map<string, Block> | undefined;

  constructor(runtime: Runtime, dtype: Type, content: { values: Values | undefined } | { block: Block; stored: StoredType; length: number }, refCount = 1) {
    this.#runtime = runtime;
    this.dtype = dtype;
    this.refCount = refCount;
    if ("block" in content) {
      this.#block = content.block;
      this.#stored = content.stored;
      this.#length = content.length;
    } else {
      this.#array = content.values;
      this.#stored = dtype === "int32" ? "int32" : "float32";
      this.#length = content.values?.length ?? 0;
    }
  }

  /** How the native memory holds it. */
  get stored(): StoredType {
    return this.#stored;
  }

  /** Bytes of native memory that it takes. */
  get nativeBytes(): number {
    return this.#block?.bytes ?? 0;
  }

  /** For tfjs' own kernels, which read and never write it; native memory shows through, so it is not for keeping. */
  get values(): Values | undefined {
    const block = this.#block;
    if (this.#array !== undefined || block === undefined) return this.#array;
    if (this.#stored === "int32") return new Int32Array(block.buffer, 0, this.#length);
    if (this.#stored === "float32") return new Float32Array(block.buffer, 0, this.#length);
    return (this.#array = widen(new Uint16Array(block.buffer, 0, this.#length)));
  }

  /** The native memory, as `type`: where it is stored as another, a converted copy that lives as long as the tensor. */
  block(type: StoredType = this.#stored): Block {
    const block = (this.#block ??= this.#upload());
    if (type === this.#stored) return block;
    return this.copy(type, () => {
      const layout = (of: StoredType): bigint => this.#runtime.layout(of, [this.#length], [1]);
      const converted = this.#runtime.pool.allocate(this.#length * BYTES[type]);
      this.#runtime.reorder(block, layout(this.#stored), converted, layout(type), `${this.#length}/${this.#stored}/${type}`);
      return converted;
    });
  }

  /** A copy in another layout or type, made once for each key: a convolution's filter, say, as the library wants it. */
  copy(key: string, make: () => Block): Block {
    this.#copies ??= new Map<string, Block>();
    let copy = this.#copies.get(key);
    if (copy === undefined) this.#copies.set(key, (copy = this.#runtime.pool.keep(make())));
    return copy;
  }

  dispose(): void {
    const { pool, isDisposed } = this.#runtime;
    const blocks = [...(this.#block === undefined ? [] : [this.#block]), ...(this.#copies?.values() ?? [])];
    // An engine that was disposed of has given their memory back already.
    if (!isDisposed) for (const block of blocks) pool.release(block);
    this.#block = undefined;
    this.#array = undefined;
    this.#copies = undefined;
  }

  #upload(): Block {
    const values = this.#array;
    if (values === undefined || this.dtype === "string" || this.dtype === "complex64") throw new Error(`A tensor of ${this.dtype} has no native memory.`);
    const block = this.#runtime.pool.keep(this.#runtime.pool.allocate(this.#length * 4));
    const target = this.#stored === "int32" ? new Int32Array(block.buffer, 0, this.#length) : new Float32Array(block.buffer, 0, this.#length);
    target.set(values as unknown as ArrayLike<number>);
    // The array may be the caller's, who may change it; small ones are kept, since reading through them is faster.
    if (this.#length > SMALL && this.dtype !== "bool" && util.isTypedArray(values)) this.#array = undefined;
    return block;
  }
}

/** Values below which an array is kept beside its native copy. */
const SMALL = 1024;

/** bf16 is the upper half of float32. */
function widen(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = (halves[i] as number) << 16;
  return new Float32Array(words.buffer);
}
