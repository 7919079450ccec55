import koffi from "koffi";
import { memoryExhausted, useAfterRelease } from "../errors.js";
import { availableMemory } from "./available-memory.js";
import type { Pointer } from "./library.js";
import type { Platform } from "./platform.js";

/** Native memory for one tensor, from when it is allocated to when it is released. */
export class Block {
  /** Bytes that may be read and written: those asked for, though its memory may be larger. */
  readonly bytes: number;
  readonly #memory: Memory;
  #released = false;

  /** @internal Only {@link BlockPool} makes blocks. */
  constructor(memory: Memory, bytes: number) {
    this.#memory = memory;
    this.bytes = bytes;
  }

  /** @throws SSL3D_ONEDNN_RELEASED once it is released, since its memory may belong to another tensor by then. */
  get address(): Pointer {
    if (this.#released) throw useAfterRelease();
    return this.#memory.address;
  }

  /** The memory as JavaScript sees it. Never give it to code that may keep it longer than the block lives. */
  get buffer(): ArrayBuffer {
    if (this.#released) throw useAfterRelease();
    return (this.#memory.buffer ??= view(this.#memory));
  }

  /** @internal */
  release(): Memory {
    if (this.#released) throw useAfterRelease();
    this.#released = true;
    return this.#memory;
  }
}

interface Memory {
  readonly address: Pointer;
  readonly bytes: number;
  buffer?: ArrayBuffer;
}

const views = new WeakSet<ArrayBuffer>();

function view({ address, bytes }: Memory): ArrayBuffer {
  const buffer = koffi.view(address, bytes);
  views.add(buffer);
  return buffer;
}

/** Whether an array looks into a block, so that it will change when the block is released and used anew. */
export function isNative(values: unknown): boolean {
  return ArrayBuffer.isView(values) && views.has(values.buffer as ArrayBuffer);
}

/** Sizes are rounded up to whole units, so that nearly equal sizes share memory. */
const UNIT = 4096;
/** A free block serves a request of down to this share of its size. */
const FIT = 0.8;
/** All memory together, in use or free, stays within so many times the most that was ever in use at once. */
const SLACK = 1.1;

/**
 * Native memory by size. A training step asks for the same sizes again and again, and fresh memory costs milliseconds of
 * page faults, so released blocks are kept for the next request.
 */
export class BlockPool {
  readonly #platform: Platform;
  readonly #available: () => number;
  readonly #free = new Map<number, Memory[]>();
  #used = 0;
  #spare = 0;
  #peak = 0;
  readonly #live = new Set<Block>();
  #loose: Set<Block> | undefined;

  /** @param available bytes that the system can still give */
  constructor(platform: Platform, available: () => number = availableMemory) {
    this.#platform = platform;
    this.#available = available;
  }

  /** Bytes in blocks that are in use, and the most that ever were. */
  get used(): { readonly now: number; readonly peak: number } {
    return { now: this.#used, peak: this.#peak };
  }

  /** @throws SSL3D_ONEDNN_MEMORY */
  allocate(bytes: number): Block {
    const size = Math.max(UNIT, Math.ceil(bytes / UNIT) * UNIT);
    const memory = this.#take(size) ?? this.#reserve(size);
    this.#used += memory.bytes;
    this.#peak = Math.max(this.#peak, this.#used);
    const block = new Block(memory, bytes);
    this.#live.add(block);
    this.#loose?.add(block);
    return block;
  }

  /** Runs `work`. Where it throws, the blocks that it allocated are released, but for those that are kept. */
  guard<Result>(work: () => Result): Result {
    const outer = this.#loose;
    const loose = (this.#loose = new Set<Block>());
    try {
      return work();
    } catch (error) {
      for (const block of loose) this.release(block);
      throw error;
    } finally {
      this.#loose = outer;
    }
  }

  /** Says that a block has an owner, which will release it. */
  keep(block: Block): Block {
    this.#loose?.delete(block);
    return block;
  }

  release(block: Block): void {
    const memory = block.release();
    this.#live.delete(block);
    this.#loose?.delete(block);
    this.#used -= memory.bytes;
    this.#spare += memory.bytes;
    const list = this.#free.get(memory.bytes);
    if (list === undefined) this.#free.set(memory.bytes, [memory]);
    else list.push(memory);
  }

  /** Releases every block and gives all memory back to the system. */
  dispose(): void {
    for (const block of this.#live) this.release(block);
    this.trim();
  }

  /** Gives free memory back to the system until no more than `bytes` are left of it. */
  trim(bytes = 0): void {
    for (const [size, list] of [...this.#free].sort(([a], [b]) => b - a)) {
      while (this.#spare > bytes && list.length > 0) this.#discard(list.pop() as Memory);
      if (list.length === 0) this.#free.delete(size);
      if (this.#spare <= bytes) return;
    }
  }

  #take(size: number): Memory | undefined {
    let best: number | undefined;
    if (this.#free.has(size)) best = size;
    else for (const free of this.#free.keys()) if (free > size && free * FIT <= size && free < (best ?? Infinity)) best = free;
    if (best === undefined) return undefined;
    const list = this.#free.get(best) as Memory[];
    const memory = list.pop() as Memory;
    if (list.length === 0) this.#free.delete(best);
    this.#spare -= best;
    return memory;
  }

  #reserve(size: number): Memory {
    this.trim(Math.max(0, this.#peak * SLACK - this.#used - size));
    let address = this.#ask(size);
    if (address === 0n) {
      this.trim();
      address = this.#ask(size);
    }
    if (address === 0n) throw memoryExhausted(size, this.#used);
    return { address, bytes: size };
  }

  /** The system's memory at an address; 0n where it has none left. */
  #ask(size: number): Pointer {
    const hasRoom = size < LARGE || size + RESERVE < this.#available();
    return hasRoom ? this.#platform.allocate(size) : 0n;
  }

  #discard(memory: Memory): void {
    this.#spare -= memory.bytes;
    this.#platform.free(memory.address, memory.bytes);
  }
}

/** Requests from here on are held against the memory that is left: the system grants any size, and ends the process that uses it. */
const LARGE = 2 ** 20;
/** Bytes to leave for JavaScript, which saves the state of a run that ends for want of memory. */
const RESERVE = 2 ** 26;
