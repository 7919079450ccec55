import type { Random } from "@ssl3d/core";

/** Where a patch may be drawn from. */
export interface PatchDraw {
  /** Size of the image in voxels. */
  readonly size: readonly number[];
  readonly patchSize: readonly number[];
  /** Class of every voxel, 0 for the background. */
  readonly classes: Uint8Array;
  /** Probability that the patch lies around a voxel of some class, 0 to 1; else it lies anywhere. */
  readonly foreground: number;
}

/**
 * Draws the first voxel of a patch. A patch around the foreground is centred, as far as the image's borders let it, on a
 * random voxel of a random class, so that rare classes are seen as often as common ones. Along an axis shorter than the
 * patch the image stands in its middle, and the start is negative.
 */
export function drawPatch({ size, patchSize, classes, foreground }: PatchDraw, random: Random): number[] {
  const room = size.map((length, axis) => length - patchSize[axis]!);
  const focus = random.chance(foreground) ? drawVoxel(size, classes, random) : undefined;
  return room.map((free, axis) => {
    if (free <= 0) return Math.floor(free / 2);
    if (focus === undefined) return random.integer(0, free + 1);
    return Math.min(Math.max(focus[axis]! - Math.floor(patchSize[axis]! / 2), 0), free);
  });
}

/** The position of a random voxel of a random class other than 0; nothing where there is none. */
function drawVoxel(size: readonly number[], classes: Uint8Array, random: Random): number[] | undefined {
  const counts = new Uint32Array(256);
  for (const found of classes) counts[found]!++;
  const present = Array.from(counts.keys()).filter((found) => found > 0 && counts[found]! > 0);
  if (present.length === 0) return undefined;
  const chosen = random.pick(present);
  let index = -1;
  for (let left = random.integer(0, counts[chosen]!); left >= 0; left--) index = classes.indexOf(chosen, index + 1);
  const position: number[] = [];
  for (let axis = size.length - 1; axis >= 0; axis--) {
    position[axis] = index % size[axis]!;
    index = Math.floor(index / size[axis]!);
  }
  return position;
}
