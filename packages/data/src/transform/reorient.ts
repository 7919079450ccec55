import type { Affine, Volume, VoxelArray } from "@ssl3d/core";
import { axisCodesError } from "../errors.js";
import { spacingOf } from "../volume/affine.js";
import { gridOf, type Grid } from "../volume/grid.js";
import { permuteAxes } from "./permute-axes.js";

/** Letters of the directions in which the world's axes rise and fall: right-left, front-back, top-bottom. */
const DIRECTIONS = ["RL", "AP", "SI"] as const;
const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const;

/**
 * The directions in which the voxel indices (i, j, k) rise, that is width, height and depth, e.g. "RAS" for right, front,
 * top. For an oblique grid, the directions that are nearest all in all.
 */
export function axisCodes(affine: Affine): string {
  const order = nearestWorldAxes(affine);
  return order.map((row, column) => DIRECTIONS[row]![affine[row * 4 + column]! < 0 ? 1 : 0]!).join("");
}

/** What {@link reorient} returns. */
export interface Reoriented<Voxels extends VoxelArray> {
  readonly volume: Volume<Voxels>;
  /** Give it to `restoreGeometry` to bring a prediction back. */
  readonly original: Grid;
}

/**
 * Turns a 3D volume's axes to the directions wanted by permuting and reversing them: exact, nothing is interpolated. What
 * an oblique scan is rotated beyond that stays in the affine. A 2D image is returned as it is.
 * @param codes directions of width, height and depth, e.g. "RAS" (the default) or "LPS"
 * @throws SSL3D_AXIS_CODES
 */
export function reorient<Voxels extends VoxelArray>(volume: Volume<Voxels>, codes: string = "RAS"): Reoriented<Voxels> {
  const original = gridOf(volume);
  const wanted = Array.from(codes).map((letter) => DIRECTIONS.findIndex((pair) => pair.includes(letter)));
  if (wanted.length !== 3 || new Set(wanted).size !== 3 || wanted.includes(-1)) throw axisCodesError(codes);
  if (volume.size.length === 2) return { volume, original };
  const current = axisCodes(volume.affine);
  // columns of the affine are (i, j, k), axes of the size [k, j, i]
  const columns = wanted.map((world) => Array.from(current).findIndex((letter) => DIRECTIONS[world]!.includes(letter)));
  const order = columns.map((column) => 2 - column).reverse();
  const reversed = columns.map((column, at) => current[column] !== codes[at]).reverse();
  const unchanged = order.every((axis, at) => axis === at && !reversed[at]);
  return { volume: unchanged ? volume : permuteAxes(volume, order, reversed), original };
}

/** The world axis (0 right-left, 1 front-back, 2 top-bottom) of each voxel axis (i, j, k), by the largest sum of cosines. */
function nearestWorldAxes(affine: Affine): readonly number[] {
  const lengths = [...spacingOf(affine)].reverse();
  const agreement = (order: readonly number[]): number =>
    order.reduce((sum, row, column) => sum + Math.abs(affine[row * 4 + column]!) / lengths[column]!, 0);
  return ORDERS.reduce<readonly number[]>((best, order) => (agreement(order) > agreement(best) + 1e-9 ? order : best), ORDERS[0]);
}
