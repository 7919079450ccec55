/**
 * The values below which the given fractions (0 to 1) of the numbers lie, interpolated linearly between neighbours. Exact,
 * without sorting: two passes count the upper and lower halves of the numbers' bits.
 */
export function quantiles(values: Float32Array, fractions: readonly number[]): number[] {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(HALF);
  for (const word of bits) upper[orderOf(word) >>> 16]!++;
  const lower = new Map<number, Uint32Array>();
  const valueAt = (rank: number): number => {
    const [high, left] = find(upper, rank);
    let counts = lower.get(high);
    if (counts === undefined) lower.set(high, (counts = countLower(bits, high)));
    return valueOf(high * HALF + find(counts, left)[0]);
  };
  return fractions.map((fraction) => {
    const position = fraction * (values.length - 1);
    const below = Math.floor(position);
    const low = valueAt(below);
    const high = valueAt(Math.min(below + 1, values.length - 1));
    return low + (position - below) * (high - low);
  });
}

const HALF = 65536;

/** A float32's bits as a whole number that grows with the float. */
function orderOf(word: number): number {
  return word ^ ((word >> 31) | 0x80000000);
}

function valueOf(order: number): number {
  const word = order >= 2 ** 31 ? order - 2 ** 31 : ~order;
  return new Float32Array(Uint32Array.of(word).buffer)[0]!;
}

/** How often each lower half occurs among the numbers whose upper half is `high`. */
function countLower(bits: Uint32Array, high: number): Uint32Array {
  const counts = new Uint32Array(HALF);
  for (const word of bits) {
    const order = orderOf(word);
    if (order >>> 16 === high) counts[order & 0xffff]!++;
  }
  return counts;
}

/** The bin that holds the number of the given rank, and its rank within the bin. */
function find(counts: Uint32Array, rank: number): [bin: number, left: number] {
  let bin = 0;
  while (rank >= counts[bin]!) rank -= counts[bin++]!;
  return [bin, rank];
}
