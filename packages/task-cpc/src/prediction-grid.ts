import type { Rank } from "@ssl3d/core";

/** Stands for a patch of zeros beyond the grid. */
export const OUTSIDE = -1;

/**
 * Which patches are read and which are predicted, for every column of a grid: a column is a line of patches along the first
 * axis. Patches are numbered first axis slowest, columns likewise over the other axes.
 */
export interface PredictionGrid {
  /** Patches in one image. */
  readonly patches: number;
  /** By column, the patches of its context in the order in which they are read, {@link OUTSIDE} beyond the grid. */
  readonly contexts: readonly (readonly number[])[];
  /** By column, the patches to predict, nearest first. */
  readonly targets: readonly (readonly number[])[];
}

/**
 * The original's pyramid (Taleb et al. 2020, section 3.1): the tip is the column's patch in the last row before the middle, and every
 * row before it is a wider window about the column. Beyond the grid, volumes are mirrored without repeating the border and
 * images hold zeros. Volumes predict all rows behind the tip; images leave one row out, since their patches overlap.
 *
 * With 2 or 3 patches per side the tip is the first row; the original then reads a row beyond the grid, which mirrors to the first
 * row to predict in volumes. The task refuses such grids.
 */
export function predictionGrid(rank: Rank, perSide: number): PredictionGrid {
  const tip = Math.floor(perSide / 2) - 1;
  const columns = perSide ** (rank - 1);
  const patchAt = (row: number, place: readonly number[]): number => {
    const inside = [row, ...place].map((position) => placeInside(rank, perSide, position));
    return inside.includes(OUTSIDE) ? OUTSIDE : inside.reduce((id, position) => id * perSide + position);
  };
  const contextOf = (place: readonly number[]): number[] => {
    const context: number[] = [];
    for (let row = Math.min(0, tip - 1); row < tip; row++) {
      for (const offset of windowOffsets(rank - 1, tip - row)) {
        context.push(patchAt(row, place.map((position, axis) => position + offset[axis]!)));
      }
    }
    return [...context, patchAt(tip, place)];
  };
  const places = Array.from({ length: columns }, (_, column) =>
    rank === 2 ? [column] : [Math.floor(column / perSide), column % perSide],
  );
  const firstRow = tip + (rank === 2 ? 2 : 1);
  const rows = Array.from({ length: perSide - firstRow }, (_, index) => firstRow + index);
  return {
    patches: perSide ** rank,
    contexts: places.map(contextOf),
    targets: places.map((place) => rows.map((row) => patchAt(row, place))),
  };
}

function placeInside(rank: Rank, perSide: number, position: number): number {
  if (position >= 0 && position < perSide) return position;
  if (rank === 2) return OUTSIDE;
  return position < 0 ? -position : 2 * (perSide - 1) - position;
}

/** All offsets from -reach to reach along so many axes, first axis slowest. */
function windowOffsets(axes: number, reach: number): number[][] {
  const side = Array.from({ length: 2 * reach + 1 }, (_, index) => index - reach);
  return Array.from({ length: axes }).reduce<number[][]>((offsets) => offsets.flatMap((offset) => side.map((step) => [...offset, step])), [[]]);
}
