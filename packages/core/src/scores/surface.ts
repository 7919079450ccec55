import { distanceTransform } from "./distance-transform.js";

/** Distances in mm between the surfaces of two regions, one a surface voxel; empty where a region is. */
export interface SurfaceDistances {
  /** From each surface voxel of the truth to the prediction's nearest. Infinity where the prediction is empty. */
  readonly fromTruth: Float64Array;
  /** From each surface voxel of the prediction to the truth's nearest. Infinity where the truth is empty. */
  readonly fromPrediction: Float64Array;
}

/** Tolerance of {@link normalisedSurfaceDice} where none is given, in mm: about the disagreement of two readers. */
export const SURFACE_TOLERANCE_MM = 1;

/**
 * Distances between the surfaces of two regions on one grid. A surface voxel is one with a face in common with a voxel
 * outside its region; beyond the image is outside. Distances are between voxel centres. Any rank.
 *
 * @param truth 1 inside the region, 0 outside; C order, of the given size; `prediction` likewise
 * @param spacing in mm, in the order of `size`
 */
export function surfaceDistances(
  truth: Uint8Array,
  prediction: Uint8Array,
  size: readonly number[],
  spacing: readonly number[],
): SurfaceDistances {
  const box = boundingBox(truth, prediction, size);
  if (box === undefined) return { fromTruth: new Float64Array(0), fromPrediction: new Float64Array(0) };
  const extent = box.end.map((end, axis) => end - box.start[axis]!);
  const surfaces = [truth, prediction].map((region) => surfaceOf(cropTo(region, size, box), extent));
  const [ofTruth, ofPrediction] = surfaces as [Uint8Array, Uint8Array];
  const between = (from: Uint8Array, to: Uint8Array): Float64Array => {
    const field = distanceTransform(to.map((surface) => 1 - surface), extent, spacing);
    return field.filter((_, voxel) => from[voxel] === 1);
  };
  return { fromTruth: between(ofTruth, ofPrediction), fromPrediction: between(ofPrediction, ofTruth) };
}

/**
 * Normalised surface Dice (Nikolov et al. 2021, doi:10.2196/26151): the share of both surfaces, counted in surface voxels, that
 * lies within `toleranceMm` of the other. 0 where one region is empty; null where both are, since there is no surface.
 */
export function normalisedSurfaceDice(
  { fromTruth, fromPrediction }: SurfaceDistances,
  toleranceMm: number = SURFACE_TOLERANCE_MM,
): number | null {
  const total = fromTruth.length + fromPrediction.length;
  if (total === 0) return null;
  // a distance of exactly the tolerance must count, whatever its last digit
  const limit = toleranceMm * (1 + 1e-9);
  const within = (distances: Float64Array): number => distances.reduce((count, distance) => count + (distance <= limit ? 1 : 0), 0);
  return (within(fromTruth) + within(fromPrediction)) / total;
}

/**
 * 95 % Hausdorff distance in mm: the 95th percentile of the distances from either surface to the other (linear between
 * order statistics), the larger of the two. Null where a region is empty.
 */
export function hausdorffDistance95({ fromTruth, fromPrediction }: SurfaceDistances): number | null {
  if (fromTruth.length === 0 || fromPrediction.length === 0) return null;
  return Math.max(percentile95(fromTruth), percentile95(fromPrediction));
}

function percentile95(distances: Float64Array): number {
  const sorted = distances.toSorted();
  const position = 0.95 * (sorted.length - 1);
  const below = Math.floor(position);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (position - below);
}

interface Box {
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** The smallest box around both regions: no distance between their surfaces needs more. Undefined where both are empty. */
function boundingBox(truth: Uint8Array, prediction: Uint8Array, size: readonly number[]): Box | undefined {
  const start = [...size];
  const end = size.map(() => 0);
  const row = size[size.length - 1]!;
  for (let base = 0; base < truth.length; base += row) {
    let first = -1;
    let last = -1;
    for (let i = 0; i < row; i++) {
      if (truth[base + i] === 0 && prediction[base + i] === 0) continue;
      if (first < 0) first = i;
      last = i;
    }
    if (first < 0) continue;
    let rest = base / row;
    for (let axis = size.length - 1; axis >= 0; axis--) {
      const inRow = axis === size.length - 1;
      const place = inRow ? first : rest % size[axis]!;
      if (!inRow) rest = Math.floor(rest / size[axis]!);
      start[axis] = Math.min(start[axis]!, place);
      end[axis] = Math.max(end[axis]!, (inRow ? last : place) + 1);
    }
  }
  return end[0] === 0 ? undefined : { start, end };
}

function cropTo(region: Uint8Array, size: readonly number[], { start, end }: Box): Uint8Array {
  const extent = end.map((last, axis) => last - start[axis]!);
  const row = extent[extent.length - 1]!;
  const result = new Uint8Array(extent.reduce((product, length) => product * length, 1));
  for (let to = 0; to < result.length; to += row) {
    let rest = to / row;
    let from = start[start.length - 1]!;
    let stride = size[size.length - 1]!;
    for (let axis = size.length - 2; axis >= 0; axis--) {
      from += (start[axis]! + (rest % extent[axis]!)) * stride;
      stride *= size[axis]!;
      rest = Math.floor(rest / extent[axis]!);
    }
    result.set(region.subarray(from, from + row), to);
  }
  return result;
}

function surfaceOf(region: Uint8Array, size: readonly number[]): Uint8Array {
  const inner = Uint8Array.from(region);
  let stride = region.length;
  for (const length of size) {
    stride /= length;
    for (let voxel = 0; voxel < region.length; voxel++) {
      if (region[voxel] === 0) continue;
      const place = Math.floor(voxel / stride) % length;
      const enclosed = place > 0 && place < length - 1 && region[voxel - stride] === 1 && region[voxel + stride] === 1;
      if (!enclosed) inner[voxel] = 0;
    }
  }
  return region.map((inside, voxel) => (inside === 1 && inner[voxel] === 0 ? 1 : 0));
}
