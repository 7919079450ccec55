import type { Rank } from "@ssl3d/core";

/** A turn by right angles in the plane of two spatial axes, counter-clockwise as in `numpy.rot90`. */
export interface RightAngle {
  /** Spatial axes as in a size: 0 is depth in 3D and height in 2D. */
  readonly plane: readonly [number, number];
  readonly quarterTurns: 1 | 2 | 3;
}

/** Turns one after the other; none leaves the image as it is. */
export type Rotation = readonly RightAngle[];

/**
 * Which rotations of a volume are told apart: the original's 10, about one axis each, or all 24 that turn a cube into itself. Images
 * have 4 either way.
 */
export type RotationSet = "axes" | "cube";

/** The original's label order. The first four, turns in the plane of the first two axes, are also the classes in 2D. */
const ORIGINAL_ORDER: readonly Rotation[] = [
  [],
  [{ plane: [0, 1], quarterTurns: 1 }],
  [{ plane: [0, 1], quarterTurns: 2 }],
  [{ plane: [0, 1], quarterTurns: 3 }],
  [{ plane: [1, 2], quarterTurns: 3 }],
  [{ plane: [1, 2], quarterTurns: 2 }],
  [{ plane: [1, 2], quarterTurns: 1 }],
  [{ plane: [0, 2], quarterTurns: 3 }],
  [{ plane: [0, 2], quarterTurns: 2 }],
  [{ plane: [0, 2], quarterTurns: 1 }],
];

/** The original's rotations, then those that take two of them. */
function cubeRotations(): readonly Rotation[] {
  const pairs = ORIGINAL_ORDER.flatMap((first) => ORIGINAL_ORDER.map((second) => [...first, ...second]));
  const byOrientation = new Map<string, Rotation>();
  for (const rotation of [...ORIGINAL_ORDER, ...pairs]) {
    const orientation = turnAxes(3, rotation).join();
    if (!byOrientation.has(orientation)) byOrientation.set(orientation, rotation);
  }
  return [...byOrientation.values()];
}

const IN_3D: Readonly<Record<RotationSet, readonly Rotation[]>> = { axes: ORIGINAL_ORDER, cube: cubeRotations() };

/** The rotations to tell apart, in label order: 4 in 2D, in 3D 10 or 24. Class 0 leaves the image as it is; the first 10 of 24 are those of 10. */
export function rotationClasses(rank: Rank, rotations: RotationSet = "axes"): readonly Rotation[] {
  return rank === 2 ? ORIGINAL_ORDER.slice(0, 4) : IN_3D[rotations];
}

/** The rotation with the given label. Throws a RangeError where there is none. */
export function rotationOf(rank: Rank, rotationClass: number, rotations: RotationSet = "axes"): Rotation {
  const classes = rotationClasses(rank, rotations);
  const rotation = classes[rotationClass];
  if (rotation === undefined) {
    throw new RangeError(`Rotation classes in ${rank}D are 0 to ${classes.length - 1}, received ${rotationClass}.`);
  }
  return rotation;
}

/** For each axis of a rotated image the axis of the original image that runs along it, counted from 1, negative where it runs backwards. */
export function turnAxes(rank: Rank, rotation: Rotation): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis + 1);
  for (const { plane, quarterTurns } of rotation) {
    const [first, second] = plane;
    for (let turn = 0; turn < quarterTurns; turn++) [axes[first], axes[second]] = [-axes[second]!, axes[first]!];
  }
  return axes;
}

const AXES: Readonly<Record<Rank, readonly string[]>> = { 2: ["height", "width"], 3: ["feet-to-head", "back-to-front", "left-to-right"] };

/**
 * A rotation class in words, such as "90 degrees about the feet-to-head axis" or "90 degrees about the left-to-right axis, then 270
 * degrees about the feet-to-head axis". Three quarter turns read as 270 degrees. Axes are named as those of a volume in RAS orientation.
 */
export function describeRotation(rank: Rank, rotationClass: number, rotations: RotationSet = "axes"): string {
  const turns = rotationOf(rank, rotationClass, rotations).map(({ plane, quarterTurns }) => {
    const still = AXES[rank].find((_, axis) => !plane.includes(axis));
    return `${quarterTurns * 90} degrees ${still === undefined ? "counter-clockwise" : `about the ${still} axis`}`;
  });
  return turns.length === 0 ? "not rotated" : turns.join(", then ");
}
