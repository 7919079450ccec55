import type { Affine, Volume } from "@ssl3d/core";
import { subgridAffine } from "./affine.js";

/** Where a volume's voxels lie: all that is needed to bring a prediction back onto it. A volume is a grid, too. */
export interface Grid {
  /** [depth, height, width] or [height, width]. */
  readonly size: readonly number[];
  /** In mm, in the order of `size`. */
  readonly spacing: readonly number[];
  readonly affine: Affine;
}

/** The grid of a volume, without its voxels. */
export function gridOf({ size, spacing, affine }: Grid): Grid {
  return { size, spacing, affine };
}

/**
 * A grid laid over another: its voxel v lies at voxel `scale` x v + `offset` of the one given, per axis of `size`.
 * Transformed 2D images carry such an affine, too (in pixels of the image that was read), so that they can be brought back.
 */
export function subgrid(grid: Grid, size: readonly number[], offset: readonly number[], scale: readonly number[]): Grid {
  const flat = grid.size.length === 2;
  return {
    size,
    spacing: grid.spacing.map((length, axis) => length * Math.abs(scale[axis]!)),
    affine: subgridAffine(grid.affine, flat ? [0, ...offset] : offset, flat ? [1, ...scale] : scale),
  };
}

/** A size or shift with a leading depth, so that one implementation serves images and volumes. */
export function withDepth(values: readonly number[], depth: number): readonly number[] {
  return values.length === 2 ? [depth, ...values] : values;
}

/** Whether two grids have the same size and lie in the same place, to within `tolerance` mm at every corner. */
export function sameGrid(first: Pick<Volume, "size" | "affine">, second: Pick<Volume, "size" | "affine">, tolerance: number): boolean {
  if (first.size.join() !== second.size.join()) return false;
  const [depth, height, width] = withDepth(first.size, 1) as [number, number, number];
  const extent = [width, height, depth];
  return [0, 1, 2].every((row) => {
    let distance = Math.abs(first.affine[row * 4 + 3]! - second.affine[row * 4 + 3]!);
    for (let column = 0; column < 3; column++) {
      const at = row * 4 + column;
      distance += Math.abs(first.affine[at]! - second.affine[at]!) * (extent[column]! - 1);
    }
    return distance <= tolerance;
  });
}
