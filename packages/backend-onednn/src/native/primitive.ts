import koffi from "koffi";
import type { Block } from "./blocks.js";
import { ARGUMENT, QUERY } from "./constants.js";
import { NULL, type Library, type Pointer } from "./library.js";

/**
 * The memories that a primitive works on: the argument's number and where it is. With an offset in bytes the layout is a part
 * of a larger array, whose bounds the caller sees to: the library's figure for its size counts whole strides.
 */
export type Arguments = readonly (readonly [argument: number, block: Block, offset?: number])[];

interface Slot {
  readonly argument: number;
  readonly memory: Pointer;
  /** Bytes that the primitive reads or writes there. */
  readonly bytes: number;
}

/** Bytes of dnnl_exec_arg_t: an int, padding, a pointer. */
const ENTRY = 16;

/** A computation compiled for given shapes and layouts, ready to run on any memory. */
export class Primitive {
  readonly kind: string;
  /** Bytes of working memory that a run takes, as the argument `scratchpad`. */
  readonly scratchBytes: number;
  readonly #library: Library;
  readonly #engine: Pointer;
  readonly #descriptor: Pointer;
  readonly #primitive: Pointer;
  #implementation: string | undefined;
  #slots: readonly Slot[] = [];
  readonly #layoutNumbers = new Map<number, number>();
  #isDisposed = false;
  #list: { readonly address: Pointer; readonly view: DataView } | undefined;

  /**
   * Undefined where the library describes the computation but cannot compile it.
   *
   * @param kind what it is, for profiles
   * @param descriptor primitive descriptor, which belongs to the primitive from now on, and is destroyed where there will be none
   */
  static compile(library: Library, engine: Pointer, kind: string, descriptor: Pointer): Primitive | undefined {
    let primitive: Pointer | undefined;
    try {
      primitive = library.make("dnnl_primitive_create", descriptor);
    } finally {
      if (primitive === undefined) library.call("dnnl_primitive_desc_destroy", descriptor);
    }
    return primitive === undefined ? undefined : new Primitive(library, engine, kind, descriptor, primitive);
  }

  private constructor(library: Library, engine: Pointer, kind: string, descriptor: Pointer, primitive: Pointer) {
    this.#library = library;
    this.#engine = engine;
    this.kind = kind;
    this.#descriptor = descriptor;
    this.#primitive = primitive;
    this.scratchBytes = library.sizeOf(library.memoryOf(descriptor, QUERY.scratchpad, 0));
  }

  /** Name of the implementation, such as "brgconv:avx2". */
  get implementation(): string {
    return (this.#implementation ??= this.#library.implementationOf(this.#descriptor));
  }

  /** Layout of one argument. It belongs to the primitive. */
  layoutOf(argument: number): Pointer {
    const [query, index] = argument === ARGUMENT.scratchpad ? [QUERY.scratchpad, 0] : [QUERY.argument, argument];
    return this.#library.memoryOf(this.#descriptor, query, index);
  }

  /** The number of one argument's layout, which is asked for once. */
  numberOfLayout(argument: number, number: (layout: Pointer) => number): number {
    let known = this.#layoutNumbers.get(argument);
    if (known === undefined) this.#layoutNumbers.set(argument, (known = number(this.layoutOf(argument))));
    return known;
  }

  /** Bytes that one argument takes; 0 where the primitive has none such. */
  bytesOf(argument: number): number {
    const layout = this.layoutOf(argument);
    return layout === NULL ? 0 : this.#library.sizeOf(layout);
  }

  /** Runs to the end. The arguments come in the same order at every call. */
  run(stream: Pointer, values: Arguments): void {
    if (this.#isDisposed) throw new Error(`${this.kind} was disposed of.`);
    if (this.#slots.length === 0) this.#prepare(values);
    if (values.length !== this.#slots.length) throw new Error(`${this.kind} takes ${this.#slots.length} memories, not ${values.length}.`);
    values.forEach(([argument, block, offset], index) => {
      const slot = this.#slots[index] as Slot;
      if (argument !== slot.argument) throw new Error(`${this.kind} takes argument ${slot.argument} in place of ${argument}.`);
      const isEnough = offset === undefined ? block.bytes >= slot.bytes : offset >= 0 && offset < block.bytes;
      if (!isEnough) throw new RangeError(`${this.kind} needs ${slot.bytes} bytes for argument ${argument}, not ${block.bytes - (offset ?? 0)}.`);
      this.#library.call("dnnl_memory_set_data_handle", slot.memory, offset === undefined ? block.address : block.address + BigInt(offset));
    });
    const { address } = this.#list as { address: Pointer };
    this.#library.call("dnnl_primitive_execute", this.#primitive, stream, this.#slots.length, address);
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const { memory } of this.#slots) this.#library.call("dnnl_memory_destroy", memory);
    if (this.#list !== undefined) this.#library.platform.free(this.#list.address, this.#list.view.byteLength);
    this.#library.call("dnnl_primitive_destroy", this.#primitive);
    this.#library.call("dnnl_primitive_desc_destroy", this.#descriptor);
  }

  /** Memory objects cost microseconds to make: they are made once and pointed at other addresses. */
  #prepare(values: Arguments): void {
    const slots: Slot[] = [];
    try {
      for (const [argument] of values) {
        const layout = this.layoutOf(argument);
        if (layout === NULL) throw new Error(`${this.kind} has no argument ${argument}.`);
        const memory = this.#library.make("dnnl_memory_create", layout, this.#engine, NULL) as Pointer;
        slots.push({ argument, memory, bytes: this.#library.sizeOf(layout) });
      }
    } catch (error) {
      for (const { memory } of slots) this.#library.call("dnnl_memory_destroy", memory);
      throw error;
    }
    const size = values.length * ENTRY;
    const address = this.#library.platform.allocate(size);
    const view = new DataView(koffi.view(address, size));
    slots.forEach(({ argument, memory }, index) => {
      view.setInt32(index * ENTRY, argument, true);
      view.setBigUint64(index * ENTRY + 8, memory, true);
    });
    this.#slots = slots;
    this.#list = { address, view };
  }
}
