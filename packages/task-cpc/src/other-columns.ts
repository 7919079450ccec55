import type { Rank, Random } from "@ssl3d/core";

/**
 * For every column of every image of a batch, numbered image by image, another column drawn at random from the whole batch: the
 * original's negatives. Draws the image, then the column's place axis by axis, anew until they differ from the column's own.
 */
export function drawOtherColumns(rank: Rank, perSide: number, images: number, random: Random): Int32Array {
  const columns = perSide ** (rank - 1);
  return new Int32Array(images * columns).map((_, own) => {
    for (;;) {
      let drawn = random.integer(0, images);
      for (let axis = 1; axis < rank; axis++) drawn = drawn * perSide + random.integer(0, perSide);
      if (drawn !== own) return drawn;
    }
  });
}
