import type { Volume } from "@ssl3d/core";
import type { NpyArray } from "@ssl3d/data";

/** One entry of an array's first axis. */
export interface Row {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** The entries along the first axis. */
export function rowsOf({ data, shape }: NpyArray): Row[] {
  const [count = 0, ...rest] = shape;
  const length = data.length / count;
  return Array.from({ length: count }, (_, row) => ({ data: Float32Array.from(data.slice(row * length, (row + 1) * length)), shape: rest }));
}

/** The class of each one-hot row. */
export function labelsOf(oneHot: NpyArray): number[] {
  return rowsOf(oneHot).map(({ data }) => data.indexOf(1));
}

/** A channels-last image as a preprocessed volume. */
export function volumeOf(id: string, { data, shape }: Row): Volume<Float32Array> {
  const size = shape.slice(0, -1);
  return { id, voxels: data, size, channels: shape[shape.length - 1] as number, spacing: size.map(() => 1), affine: [] };
}
