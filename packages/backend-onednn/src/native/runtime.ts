import { BlockPool, type Block } from "./blocks.js";
import { ANY_LAYOUT, ARGUMENT, DATA_TYPE, type DataType } from "./constants.js";
import { toSizes, type Library, type Pointer, type Sizes } from "./library.js";
import { Primitive, type Arguments } from "./primitive.js";
import { RecentlyUsed } from "./recently-used.js";

/** Milliseconds inside the library, by kind of primitive. */
export interface NativeTime {
  readonly calls: number;
  readonly milliseconds: number;
}

/** How a primitive is made: its descriptor, from a set of attributes, and the memory descriptors made for it alone. */
export interface Recipe {
  /** Undefined where the library has no implementation. */
  readonly describe: (attributes: Pointer) => Pointer | undefined;
  readonly postOperations?: readonly PostOperation[];
}

/** What is done to a result before it is stored. */
export type PostOperation =
  /** result * scale of what the destination held before is added */
  | { readonly kind: "sum"; readonly scale: number }
  | { readonly kind: "eltwise"; readonly algorithm: number; readonly alpha: number; readonly beta: number }
  /** A second operand, given to run as `postOperandArgument(index)`. */
  | { readonly kind: "binary"; readonly algorithm: number; readonly operand: Pointer };

/** Primitives kept ready; a network has some hundreds of them. */
const PRIMITIVES = 2000;
/** Layouts kept; a primitive has up to ten. */
const LAYOUTS = 10_000;

/** oneDNN on this thread: its engine, memory, and compiled primitives by shape. */
export class Runtime {
  readonly library: Library;
  readonly pool: BlockPool;
  readonly engine: Pointer;
  readonly #stream: Pointer;
  readonly #layouts: RecentlyUsed<Pointer>;
  readonly #primitives = new RecentlyUsed<Primitive | undefined>(PRIMITIVES, (primitive) => primitive?.dispose());
  readonly #weightLayouts: Pointer[] = [];
  readonly #times = new Map<string, { calls: number; milliseconds: number }>();
  #scratch: Block | undefined;
  #threads = 0;
  #isDisposed = false;

  constructor(library: Library, threads: number) {
    this.library = library;
    this.#layouts = new RecentlyUsed(LAYOUTS, (layout) => library.call("dnnl_memory_desc_destroy", layout));
    this.setThreads(threads);
    // Primitives are cached here, with their memory objects; a second cache would keep what this one drops.
    library.call("dnnl_set_primitive_cache_capacity", 0);
    this.pool = new BlockPool(library.platform);
    this.engine = library.make("dnnl_engine_create", 1, 0) as Pointer;
    this.#stream = library.make("dnnl_stream_create", this.engine, 1) as Pointer;
  }

  /** Computes on so many threads from now on. Primitives are compiled for a number of threads, so they are made anew. */
  setThreads(count: number): void {
    if (count === this.#threads) return;
    this.library.setThreads?.(count);
    this.#primitives.clear();
    this.#threads = count;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Time inside the library so far, by kind of primitive. */
  get times(): ReadonlyMap<string, NativeTime> {
    return this.#times;
  }

  /** A layout by the sizes and strides of its axes, in elements. It is for use at once: what was used least of late goes. */
  layout(type: DataType, sizes: Sizes, strides: Sizes): Pointer {
    return this.#keepLayout(`${type}/${sizes.join()}/${strides.join()}`, () =>
      this.library.make("dnnl_memory_desc_create_with_strides", sizes.length, toSizes(sizes), DATA_TYPE[type], toSizes(strides)),
    );
  }

  /** A layout that the library chooses. */
  anyLayout(type: DataType, sizes: Sizes): Pointer {
    return this.#keepLayout(`${type}/${sizes.join()}`, () =>
      this.library.make("dnnl_memory_desc_create_with_tag", sizes.length, toSizes(sizes), DATA_TYPE[type], ANY_LAYOUT),
    );
  }

  /**
   * The primitive of a name, made at its first use; undefined where the library has no implementation.
   * @param key everything that the recipe depends on; the part up to the first "/" names it in profiles
   */
  primitive(key: string, recipe: () => Recipe): Primitive | undefined {
    if (this.#isDisposed) throw new Error("The native engine was disposed of.");
    return this.#primitives.get(key, () => this.#compile(key.slice(0, key.indexOf("/")), recipe()));
  }

  /** A number for the layout of a primitive's argument; equal layouts have the same. */
  numberOfLayout(primitive: Primitive, argument: number): number {
    return primitive.numberOfLayout(argument, (layout) => {
      const known = this.#weightLayouts.findIndex((one) => this.library.sameLayout(one, layout));
      return known >= 0 ? known : this.#weightLayouts.push(this.library.make("dnnl_memory_desc_clone", layout) as Pointer) - 1;
    });
  }

  /**
   * Describes a backward primitive, which takes its forward one as a hint and leaves it to be destroyed. Undefined where the library has no
   * implementation of either.
   */
  withHint(forward: Pointer | undefined, describe: (hint: Pointer) => Pointer | undefined): Pointer | undefined {
    if (forward === undefined) return undefined;
    try {
      return describe(forward);
    } finally {
      this.library.call("dnnl_primitive_desc_destroy", forward);
    }
  }

  /** Runs a primitive to its end. The arguments come in the same order at every call; the scratchpad is seen to here. */
  run(primitive: Primitive, values: Arguments): void {
    const start = performance.now();
    const scratch = primitive.scratchBytes;
    primitive.run(this.#stream, scratch === 0 ? values : [...values, [ARGUMENT.scratchpad, this.#scratchOf(scratch)]]);
    const time = this.#times.get(primitive.kind) ?? { calls: 0, milliseconds: 0 };
    time.calls++;
    time.milliseconds += performance.now() - start;
    this.#times.set(primitive.kind, time);
  }

  /** Copies between layouts and types; `offset` bytes of `to` are left out before the destination. */
  reorder(from: Block, fromLayout: Pointer, to: Block, toLayout: Pointer, key: string, offset = 0): void {
    const primitive = this.primitive(`reorder/${key}`, () => ({
      describe: (attributes) =>
        this.library.make("dnnl_reorder_primitive_desc_create", fromLayout, this.engine, toLayout, this.engine, attributes),
    }));
    this.run(primitive as Primitive, [[ARGUMENT.source, from], [ARGUMENT.destination, to, offset]]);
  }

  /** Gives all memory back, also that of blocks in use, which cannot be used any more then. May be called again. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#primitives.clear();
    this.#layouts.clear();
    for (const layout of this.#weightLayouts.splice(0)) this.library.call("dnnl_memory_desc_destroy", layout);
    this.#scratch = undefined;
    this.pool.dispose();
    this.library.call("dnnl_stream_destroy", this.#stream);
    this.library.call("dnnl_engine_destroy", this.engine);
  }

  #keepLayout(key: string, make: () => Pointer | undefined): Pointer {
    return this.#layouts.get(key, () => {
      const layout = make();
      if (layout === undefined) throw new Error(`oneDNN has no layout ${key}.`);
      return layout;
    });
  }

  #compile(kind: string, { describe, postOperations = [] }: Recipe): Primitive | undefined {
    const { library } = this;
    const attributes = library.make("dnnl_primitive_attr_create") as Pointer;
    try {
      library.call("dnnl_primitive_attr_set_scratchpad_mode", attributes, 1);
      if (postOperations.length > 0) this.#append(attributes, postOperations);
      const descriptor = describe(attributes);
      return descriptor === undefined ? undefined : Primitive.compile(library, this.engine, kind, descriptor);
    } finally {
      library.call("dnnl_primitive_attr_destroy", attributes);
    }
  }

  #append(attributes: Pointer, operations: readonly PostOperation[]): void {
    const { library } = this;
    const list = library.make("dnnl_post_ops_create") as Pointer;
    try {
      for (const operation of operations) {
        if (operation.kind === "sum") library.call("dnnl_post_ops_append_sum", list, operation.scale, 0, 0);
        else if (operation.kind === "binary") library.call("dnnl_post_ops_append_binary", list, operation.algorithm, operation.operand);
        else library.call("dnnl_post_ops_append_eltwise", list, operation.algorithm, operation.alpha, operation.beta);
      }
      library.call("dnnl_primitive_attr_set_post_ops", attributes, list);
    } finally {
      library.call("dnnl_post_ops_destroy", list);
    }
  }

  /** One scratchpad serves all primitives, since one runs at a time. */
  #scratchOf(bytes: number): Block {
    if (this.#scratch !== undefined && this.#scratch.bytes >= bytes) return this.#scratch;
    if (this.#scratch !== undefined) this.pool.release(this.#scratch);
    this.#scratch = undefined;
    this.#scratch = this.pool.keep(this.pool.allocate(bytes));
    return this.#scratch;
  }
}
