/**
 * The values below which the given fractions (0 to 1) of the numbers lie, interpolated linearly between neighbours.
 * Sorts `values` in place.
 */
export function quantiles(values: Float32Array, fractions: readonly number[]): number[] {
  values.sort();
  return fractions.map((fraction) => {
    const position = fraction * (values.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, values.length - 1);
    return values[below]! + (position - below) * (values[above]! - values[below]!);
  });
}
