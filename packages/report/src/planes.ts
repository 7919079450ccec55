import type { NumericArray } from "@ssl3d/core";

/** A 2D view into an array: where its first element is and how far apart rows and columns are. */
export interface Plane {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Height of a row divided by width of a column, in mm. */
  readonly aspect: number;
  /** Position in the spatial array (without channels) of the pixel at a row and column, top left first. */
  index(row: number, column: number): number;
}

/**
 * The planes to show of an image: itself in 2D; in 3D the axial, coronal and sagittal plane through the voxel `through`.
 * Volumes are RAS [depth, height, width]; planes are shown as radiologists view them, the patient's right on the left.
 */
export function planesOf(
  size: readonly number[],
  spacing: readonly number[] = size.map(() => 1),
  through: readonly number[] = size.map((length) => Math.floor(length / 2)),
): readonly Plane[] {
  if (size.length === 2) {
    const [height = 1, width = 1] = size;
    const [y = 1, x = 1] = spacing;
    return [{ name: "", rows: height, columns: width, aspect: y / x, index: (row, column) => row * width + column }];
  }
  const [depth = 1, height = 1, width = 1] = size;
  const [dz = 1, dy = 1, dx = 1] = spacing;
  const [z = 0, y = 0, x = 0] = through;
  const at = (k: number, j: number, i: number): number => (k * height + j) * width + i;
  return [
    { name: "axial", rows: height, columns: width, aspect: dy / dx, index: (row, column) => at(z, height - 1 - row, width - 1 - column) },
    { name: "coronal", rows: depth, columns: width, aspect: dz / dx, index: (row, column) => at(depth - 1 - row, y, width - 1 - column) },
    { name: "sagittal", rows: depth, columns: height, aspect: dz / dy, index: (row, column) => at(depth - 1 - row, height - 1 - column, x) },
  ];
}

/** The voxel whose three planes show most of the labels: per axis the slice with the most labelled voxels. */
export function busiestVoxel(labels: NumericArray): readonly number[] | undefined {
  const [depth = 1, height = 1, width = 1] = labels.shape;
  const counts = [new Uint32Array(depth), new Uint32Array(height), new Uint32Array(width)] as const;
  let position = 0;
  let any = false;
  for (let k = 0; k < depth; k++)
    for (let j = 0; j < height; j++)
      for (let i = 0; i < width; i++) {
        if (labels.data[position++] === 0) continue;
        any = true;
        counts[0][k]!++;
        counts[1][j]!++;
        counts[2][i]!++;
      }
  return any ? counts.map((count) => count.indexOf(count.reduce((a, b) => Math.max(a, b)))) : undefined;
}
