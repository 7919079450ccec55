import type { Random } from "@ssl3d/core";

/** Candidates drawn for each permutation, the one farthest from its nearest neighbour being kept. */
const DRAWS = 8;

/**
 * Permutations of 0 .. pieces - 1, each as far as can be, in the mean, from those before it: the greedy choice by Hamming distance of
 * Noroozi and Favaro (2016, arXiv:1603.09246, algorithm 1). They search all permutations, which ends at nine or ten pieces. Here the
 * choice is made by construction: the distances to all before add up to most where every place takes a piece that it had
 * least often, that is where each run of as many permutations as there are pieces is a Latin square. Of several such permutations
 * the one with the greatest least distance is taken.
 * @param count at most as many as there are permutations
 */
export function distantPermutations(pieces: number, count: number, random: Random): readonly (readonly number[])[] {
  const chosen: number[][] = [];
  let square = startSquare(pieces);
  while (chosen.length < count) {
    let best = completeRow(square, random);
    let distance = leastDistance(best, chosen);
    // nothing is farther than a permutation that differs in every place
    for (let draw = 1; draw < DRAWS && distance < pieces; draw++) {
      const other = completeRow(square, random);
      const otherDistance = leastDistance(other, chosen);
      if (otherDistance > distance) [best, distance] = [other, otherDistance];
    }
    if (distance > 0) {
      best.forEach((piece, place) => (square.free[place]![piece] = false));
      square.rows++;
    } else {
      // few pieces: the squares have run into each other, and any new permutation will do
      while (leastDistance(best, chosen) === 0) best = random.shuffle(best);
      square = startSquare(pieces);
    }
    chosen.push(best);
    if (square.rows === pieces) square = startSquare(pieces);
  }
  return chosen;
}

/** Which pieces each place may still take, and how many rows are taken. */
interface LatinSquare {
  readonly free: boolean[][];
  rows: number;
}

function startSquare(pieces: number): LatinSquare {
  return { free: Array.from({ length: pieces }, () => new Array<boolean>(pieces).fill(true)), rows: 0 };
}

/** A random permutation in which every place has a piece that is free there; there always is one (Hall's theorem). */
function completeRow({ free }: LatinSquare, random: Random): number[] {
  const order = random.shuffle(free.map((_, piece) => piece));
  const placeOf = new Array<number | undefined>(free.length).fill(undefined);
  // Kuhn's matching: a place takes a free piece, or one whose place can move on to another
  const seat = (place: number, tried: boolean[]): boolean => {
    for (const piece of order) {
      if (tried[piece] || !free[place]![piece]) continue;
      tried[piece] = true;
      const held = placeOf[piece];
      if (held === undefined || seat(held, tried)) {
        placeOf[piece] = place;
        return true;
      }
    }
    return false;
  };
  for (const place of random.shuffle(order)) seat(place, []);
  const row = new Array<number>(free.length);
  placeOf.forEach((place, piece) => (row[place!] = piece));
  return row;
}

/** The least number of places in which a permutation differs from one of the others; Infinity where there is none. */
function leastDistance(permutation: readonly number[], others: readonly (readonly number[])[]): number {
  let least = Infinity;
  for (const other of others) {
    let distance = 0;
    for (let place = 0; place < permutation.length; place++) if (permutation[place] !== other[place]) distance++;
    least = Math.min(least, distance);
  }
  return least;
}
