/**
 * A cyclic permutation without fixed points by Sattolo's algorithm: entry i says whose image serves example i as negative.
 * @param draw a whole number in [0, bound), asked for bound = n - 1, ..., 1
 */
export function derange(n: number, draw: (bound: number) => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = draw(i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Numbers that an example's draw may be: [0, DRAWS). */
export const DRAWS: number = 2 ** 31;

/** The derangement that a batch's draws, one an example and each below {@link DRAWS}, decide. */
export function derangeByDraws(draws: ArrayLike<number>): number[] {
  return derange(draws.length, (bound) => Math.floor((draws[bound]! / DRAWS) * bound));
}
