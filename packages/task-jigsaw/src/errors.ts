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
