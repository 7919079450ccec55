import { createRandom, type Rank } from "@ssl3d/core";
import { distantPermutations } from "./distant-permutations.js";
import { tooManyPermutations, tooManyPieces } from "./errors.js";
import { PUBLISHED_PERMUTATIONS } from "./published-tables.js";

/** The encoder sees every piece by itself, and distant orders of many take long to find: 6 pieces a side in 3D, 16 in 2D. */
const MOST_PIECES = 256;

const made = new Map<string, readonly (readonly number[])[]>();

/**
 * The orders of pieces to tell apart, one row a class: place q of the puzzle holds piece `row[q]`. The published tables for 100 orders
 * of three pieces a side, else permutations made once for that count, the same in every run.
 * @throws SSL3D_JIGSAW_PERMUTATIONS where so many orders do not exist, SSL3D_JIGSAW_PIECES for a grid of more than 256 pieces
 */
export function jigsawPermutations(rank: Rank, perSide: number, count: number): readonly (readonly number[])[] {
  const published = PUBLISHED_PERMUTATIONS[rank];
  if (perSide === 3 && count === published.length) return published;
  const pieces = perSide ** rank;
  if (pieces > MOST_PIECES) throw tooManyPieces(rank, perSide, MOST_PIECES);
  const possible = Array.from({ length: pieces }, (_, i) => i + 1).reduce((product, factor) => product * factor, 1);
  if (count > possible) throw tooManyPermutations(rank, perSide, possible, count);
  const key = `${pieces} ${count}`;
  const table = made.get(key) ?? distantPermutations(pieces, count, createRandom("jigsaw permutations"));
  made.set(key, table);
  return table;
}
