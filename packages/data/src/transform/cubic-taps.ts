import { axisView } from "../cohort/fields/axes.js";

/** Pole of the cubic B-spline's recursive prefilter (Unser, Aldroubi and Eden 1993). */
const POLE = Math.sqrt(3) - 2;

/** Terms after which a power of the pole is below 1e-16. */
const HORIZON = 28;

/** Four neighbouring voxels and their shares in the cubic B-spline at a place between the second and the third. */
export interface CubicTaps {
  readonly voxels: readonly number[];
  readonly weights: readonly number[];
}

/** The taps at a position of an axis, to be applied to coefficients; indices mirror about the outermost voxels' centres. */
export function cubicTaps(position: number, length: number): CubicTaps {
  const below = Math.floor(position);
  const t = position - below;
  const weights = [(1 - t) ** 3 / 6, (4 - 6 * t * t + 3 * t ** 3) / 6, (4 - 6 * (1 - t) ** 2 + 3 * (1 - t) ** 3) / 6, t ** 3 / 6];
  return { voxels: [-1, 0, 1, 2].map((step) => mirror(below + step, length)), weights };
}

function mirror(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}

/**
 * Turns values into the coefficients of the cubic B-spline through them along one axis, in place, mirroring about the
 * outermost values as scipy.ndimage does. Whole rows are filtered together, so that memory is read in order whatever the axis.
 * @param shape of `values`, channels included
 */
export function filterCubic(values: Float32Array, shape: readonly number[], axis: number): void {
  const { outer, length, inner } = axisView(shape, axis);
  if (length === 1) return;
  const last = (length - 1) * inner;
  for (let block = 0; block < outer; block++) {
    const rows = values.subarray(block * length * inner, (block + 1) * length * inner);
    for (let at = 0; at < rows.length; at++) rows[at] = rows[at]! * 6;
    startRow(rows, length, inner);
    for (let at = inner; at < rows.length; at++) rows[at] = rows[at]! + POLE * rows[at - inner]!;
    for (let at = last; at < rows.length; at++) rows[at] = (POLE / (POLE * POLE - 1)) * (rows[at]! + POLE * rows[at - inner]!);
    for (let at = last - 1; at >= 0; at--) rows[at] = POLE * (rows[at + inner]! - rows[at]!);
  }
}

/** The first row of the causal filter: the sum over the mirrored, endlessly repeated rows. */
function startRow(rows: Float32Array, length: number, inner: number): void {
  const end = POLE ** (length - 1);
  const last = (length - 1) * inner;
  const terms = Math.min(length - 2, HORIZON);
  for (let at = 0; at < inner; at++) {
    let sum = rows[at]! + end * rows[last + at]!;
    let power = POLE;
    for (let i = 1; i <= terms; i++) {
      sum += (power + (end * end) / power) * rows[i * inner + at]!;
      power *= POLE;
    }
    rows[at] = sum / (1 - end * end);
  }
}
