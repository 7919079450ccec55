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

/**
 * The derangement that a batch's draws decide, one an example and each below {@link DRAWS}. A batch can hold a case twice, where a new epoch
 * begins within it or the cohort is smaller than it is: then negatives are exchanged so that each is of another case, as far as there are others.
 */
export function derangeByDraws(draws: ArrayLike<number>, caseIds?: readonly string[]): number[] {
  const order = derange(draws.length, (bound) => Math.floor((draws[bound]! / DRAWS) * bound));
  if (caseIds === undefined) return order;
  const sameCase = (example: number, other: number): boolean => caseIds[example] === caseIds[other];
  for (let i = 0; i < order.length; i++) {
    const own = order[i]!;
    if (!sameCase(i, own)) continue;
    const partner = order.findIndex((other, j) => !sameCase(i, other) && !sameCase(j, own));
    const any = caseIds.findIndex((_, other) => !sameCase(i, other));
    if (partner >= 0) [order[i], order[partner]] = [order[partner]!, own];
    else if (any >= 0) order[i] = any;
  }
  return order;
}
