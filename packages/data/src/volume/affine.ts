import type { Affine } from "@ssl3d/core";

/** Leaves every point where it is. */
export const IDENTITY: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** The world position in mm of the voxel (i, j, k) = (width, height, depth); fractions allowed. */
export function toWorld(affine: Affine, index: readonly [number, number, number]): [number, number, number] {
  const [i, j, k] = index;
  const row = (start: number): number =>
    affine[start]! * i + affine[start + 1]! * j + affine[start + 2]! * k + affine[start + 3]!;
  return [row(0), row(4), row(8)];
}

/** The matrix product first x second: `second` is applied to a point before `first`. */
export function multiplyAffines(first: Affine, second: Affine): Affine {
  return Array.from({ length: 16 }, (_, at) => {
    const row = at - (at % 4);
    const column = at % 4;
    let sum = 0;
    for (let inner = 0; inner < 4; inner++) sum += first[row + inner]! * second[inner * 4 + column]!;
    return sum;
  });
}

/** The determinant of the 3x3 part: signed volume of a voxel in mm^3. */
export function determinant(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine as number[];
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
}

/** World to voxel index. Throws a RangeError for an affine without an inverse. */
export function invertAffine(affine: Affine): Affine {
  const [a, b, c, x, d, e, f, y, g, h, i, z] = affine as [
    number, number, number, number, number, number, number, number, number, number, number, number,
  ];
  const scale = 1 / determinant(affine);
  if (!Number.isFinite(scale)) throw new RangeError("The affine has no inverse.");
  const inverse = [
    (e * i - f * h) * scale, (c * h - b * i) * scale, (b * f - c * e) * scale,
    (f * g - d * i) * scale, (a * i - c * g) * scale, (c * d - a * f) * scale,
    (d * h - e * g) * scale, (b * g - a * h) * scale, (a * e - b * d) * scale,
  ] as const;
  const offset = (row: number): number =>
    -(inverse[row]! * x + inverse[row + 1]! * y + inverse[row + 2]! * z);
  return [
    inverse[0], inverse[1], inverse[2], offset(0),
    inverse[3], inverse[4], inverse[5], offset(3),
    inverse[6], inverse[7], inverse[8], offset(6),
    0, 0, 0, 1,
  ];
}

/** Voxel spacing in mm, [depth, height, width]: the lengths of the affine's columns k, j and i. */
export function spacingOf(affine: Affine): [number, number, number] {
  const length = (column: number): number => Math.hypot(affine[column]!, affine[column + 4]!, affine[column + 8]!);
  return [length(2), length(1), length(0)];
}

/** An affine without rotation: axes to the right, front and top, the voxel (0, 0, 0) at the world's origin. */
export function affineFromSpacing(spacing: readonly number[]): Affine {
  const [depth, height, width] = spacing as [number, number, number];
  return [width, 0, 0, 0, 0, height, 0, 0, 0, 0, depth, 0, 0, 0, 0, 1];
}

/** The affine of a grid whose voxel (i, j, k) is voxel scale x (i, j, k) + offset of the grid given; [depth, height, width]. */
export function subgridAffine(affine: Affine, offset: readonly number[], scale: readonly number[] = [1, 1, 1]): Affine {
  const [offsetK, offsetJ, offsetI] = offset as [number, number, number];
  const [scaleK, scaleJ, scaleI] = scale as [number, number, number];
  const step: Affine = [scaleI, 0, 0, offsetI, 0, scaleJ, 0, offsetJ, 0, 0, scaleK, offsetK, 0, 0, 0, 1];
  return multiplyAffines(affine, step);
}
