import type { Random } from "@ssl3d/core";

/**
 * Which case example number n is made of: every case once per epoch, shuffled anew each epoch. A pure function of the
 * stream and n, so that a run can be resumed anywhere and workers need not agree on anything.
 */
export function createExampleOrder(caseCount: number, random: Random): (n: number) => number {
  const epochs = new Map<number, readonly number[]>();
  const cases = Array.from({ length: caseCount }, (_, index) => index);
  return (n) => {
    const epoch = Math.floor(n / caseCount);
    let order = epochs.get(epoch);
    if (order === undefined) {
      order = random.split("order").split(epoch).shuffle(cases);
      // Prefetching spans two epochs at a border; older ones are not asked for again.
      for (const old of epochs.keys()) if (old < epoch - 1) epochs.delete(old);
      epochs.set(epoch, order);
    }
    return order[n % caseCount] as number;
  };
}
