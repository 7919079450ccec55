/**
 * Lends out Float32Arrays and takes them back, so that a generator that makes case after case allocates its fields once.
 * What a lent array holds is arbitrary.
 */
export class BufferPool {
  readonly #free = new Map<number, Float32Array[]>();

  /** An array of exactly `length` numbers, contents arbitrary. */
  take(length: number): Float32Array {
    return this.#free.get(length)?.pop() ?? new Float32Array(length);
  }

  /** Takes arrays back; the caller must not use them again. */
  give(...arrays: readonly Float32Array[]): void {
    for (const array of arrays) {
      const shelf = this.#free.get(array.length);
      if (shelf === undefined) this.#free.set(array.length, [array]);
      else shelf.push(array);
    }
  }
}
