import type { Rank } from "@ssl3d/core";

/** A turn by right angles in the plane of two spatial axes, counter-clockwise as in `numpy.rot90`. */
export interface RightAngle {
  /** Spatial axes as in a size: 0 is depth in 3D and height in 2D. */
  readonly plane: readonly [number, number];
  readonly quarterTurns: 0 | 1 | 2 | 3;
}

/** The original's label order. The first four, turns in the plane of the first two axes, are also the classes in 2D. */
const ORIGINAL_ORDER: readonly RightAngle[] = [
  { plane: [0, 1], quarterTurns: 0 },
  { plane: [0, 1], quarterTurns: 1 },
  { plane: [0, 1], quarterTurns: 2 },
  { plane: [0, 1], quarterTurns: 3 },
  { plane: [1, 2], quarterTurns: 3 },
  { plane: [1, 2], quarterTurns: 2 },
  { plane: [1, 2], quarterTurns: 1 },
  { plane: [0, 2], quarterTurns: 3 },
  { plane: [0, 2], quarterTurns: 2 },
  { plane: [0, 2], quarterTurns: 1 },
];

/** The rotations to tell apart, in label order: 10 in 3D, 4 in 2D. Class 0 leaves the image as it is. */
export const ROTATIONS: Readonly<Record<Rank, readonly RightAngle[]>> = {
  2: ORIGINAL_ORDER.slice(0, 4),
  3: ORIGINAL_ORDER,
};

const AXES: Readonly<Record<Rank, readonly string[]>> = { 2: ["height", "width"], 3: ["depth", "height", "width"] };

/** A rotation class in words, such as "90 degrees about the depth axis". Three quarter turns read as 270 degrees. */
export function describeRotation(rank: Rank, rotationClass: number): string {
  const { plane, quarterTurns } = rotationOf(rank, rotationClass);
  if (quarterTurns === 0) return "not rotated";
  const degrees = `${quarterTurns * 90} degrees`;
  const still = AXES[rank].find((_, axis) => !plane.includes(axis));
  return still === undefined ? `${degrees} counter-clockwise` : `${degrees} about the ${still} axis`;
}

/** The rotation with the given label. Throws a RangeError where there is none. */
export function rotationOf(rank: Rank, rotationClass: number): RightAngle {
  const rotation = ROTATIONS[rank][rotationClass];
  if (rotation === undefined) {
    const last = ROTATIONS[rank].length - 1;
    throw new RangeError(`Rotation classes in ${rank}D are 0 to ${last}, received ${rotationClass}.`);
  }
  return rotation;
}
