import { voxelCount } from "../../volume/volume.js";

/** A C-ordered array seen from one axis: `outer` blocks of `length` rows of `inner` contiguous values. */
export interface AxisView {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** How an array of the given size looks along an axis. Separable filters of any rank are loops over this. */
export function axisView(size: readonly number[], axis: number): AxisView {
  return {
    outer: voxelCount(size.slice(0, axis)),
    length: size[axis]!,
    inner: voxelCount(size.slice(axis + 1)),
  };
}
