/** How overlapping windows share a voxel: all alike, or each more the nearer the voxel is to its centre. */
export type Blending = "gaussian" | "uniform";

/** Windows along one axis: where each starts and how much of every voxel it covers is its own. */
export interface AxisWindows {
  /** First voxel of each window; negative where the window is wider than the axis and stands centred over it. */
  readonly starts: readonly number[];
  /** Per window one share a voxel; the shares of all windows over a voxel sum to 1. Shares outside the image are 0. */
  readonly shares: readonly Float32Array[];
}

/**
 * Lays windows of equal width over an axis, evenly spaced, neighbours overlapping by at least the given fraction.
 *
 * The Gaussian's standard deviation is an eighth of the width, as in nnU-Net. A window's weights are a product over the
 * axes, and so is the sum of all windows' weights, which is why shares can be made axis by axis.
 */
export function layWindows(size: number, width: number, overlap: number, blending: Blending): AxisWindows {
  const starts = windowStarts(size, width, overlap);
  const profile = Float64Array.from({ length: width }, (_, i) =>
    blending === "uniform" ? 1 : Math.exp(-0.5 * ((8 * (i - (width - 1) / 2)) / width) ** 2),
  );
  const total = new Float64Array(size);
  const inside = (start: number, i: number): boolean => start + i >= 0 && start + i < size;
  for (const start of starts) {
    profile.forEach((weight, i) => {
      if (inside(start, i)) total[start + i]! += weight;
    });
  }
  const shares = starts.map((start) =>
    Float32Array.from(profile, (weight, i) => (inside(start, i) ? weight / total[start + i]! : 0)),
  );
  return { starts, shares };
}

function windowStarts(size: number, width: number, overlap: number): number[] {
  if (width >= size) return [Math.floor((size - width) / 2)];
  const step = Math.max(1, Math.floor(width * (1 - overlap)));
  const gaps = Math.ceil((size - width) / step);
  return Array.from({ length: gaps + 1 }, (_, i) => Math.round((i * (size - width)) / gaps));
}
