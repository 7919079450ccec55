import { Ssl3dError, type Rank } from "@ssl3d/core";

/** More orders asked for than the pieces have. */
export function tooManyPermutations(rank: Rank, perSide: number, possible: number, count: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_JIGSAW_PERMUTATIONS",
    message: `${perSide} pieces along every axis of a ${rank}D image can be put in ${possible} orders, but the option \`permutations\` asks for ${count}.`,
    fix: `Set \`permutations\` to ${possible} or fewer, or \`patchesPerSide\` to 3 or more.`,
    facts: { rank, perSide, possible, count },
  });
}

/** A grid of more pieces than distant orders are made for. */
export function tooManyPieces(rank: Rank, perSide: number, most: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_JIGSAW_PIECES",
    message: `Expected a puzzle of at most ${most} pieces, received ${perSide ** rank}: the option \`patchesPerSide\` is ${perSide}, in ${rank}D.`,
    fix: `Set \`patchesPerSide\` to ${Math.floor(most ** (1 / rank))} or less.`,
    facts: { rank, perSide, most },
  });
}
