/**
 * A stream of pseudo-random numbers. Streams are split by label, never shared: what one part of a run draws does not
 * change what another part gets, so results do not depend on the order in which workers finish.
 */
export interface Random {
  /** The labels that lead from the seed to this stream, for logs. */
  readonly path: string;
  /** A new independent stream. Depends only on this stream's seed and the label, not on what was drawn before. */
  split(label: string | number): Random;
  /** A real number in [low, high), by default [0, 1). */
  uniform(low?: number, high?: number): number;
  /** A whole number in [low, high): `high` is never returned. */
  integer(low: number, high: number): number;
  /** A normally distributed number, by default of mean 0 and standard deviation 1. */
  normal(mean?: number, standardDeviation?: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T;
  /** The items in random order, as a new array. */
  shuffle<T>(items: readonly T[]): T[];
}

/** A stream that depends only on the seed. The generator is sfc32, seeded by a hash of the path. */
export function createRandom(seed: number | string): Random {
  return new Stream(String(seed));
}

class Stream implements Random {
  readonly path: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;

  constructor(path: string) {
    this.path = path;
    [this.#a, this.#b, this.#c] = hash(path);
    for (let i = 0; i < 12; i++) this.#next();
  }

  split(label: string | number): Random {
    return new Stream(`${this.path}/${label}`);
  }

  uniform(low = 0, high = 1): number {
    const fraction = (this.#next() * 2 ** 21 + (this.#next() >>> 11)) / 2 ** 53;
    return low + fraction * (high - low);
  }

  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low));
  }

  normal(mean = 0, standardDeviation = 1): number {
    let value = this.#spareNormal;
    if (value === undefined) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      value = radius * Math.cos(angle);
      this.#spareNormal = radius * Math.sin(angle);
    } else {
      this.#spareNormal = undefined;
    }
    return mean + standardDeviation * value;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("Random.pick needs at least one item.");
    return items[this.integer(0, items.length)] as T;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }
}

/** Three 32-bit words from a text (cyrb-style multiply and xor, two lanes and their mix). */
function hash(text: string): [number, number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0, Math.imul(a ^ (b >>> 7), 668265263) >>> 0];
}
