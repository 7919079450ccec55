import type { Rank } from "@ssl3d/core";
import { rotationOf, turnAxes, type RotationSet } from "./right-angles.js";

/** A channels-last image: [depth, height, width, channels] or [height, width, channels]. */
export interface RotatedImage {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Rotates an image by the rotation with the given label. An image whose sides differ is first cropped, about its
 * centre, to a square or cube of its shortest side, so that every class has the same shape. Returns a new array.
 */
export function rotateByClass(image: RotatedImage, rotationClass: number, rotations: RotationSet = "axes"): RotatedImage {
  const rank = (image.shape.length - 1) as Rank;
  const size = image.shape.slice(0, rank);
  const channels = image.shape[rank]!;
  const side = Math.min(...size);

  const strides = new Array<number>(rank);
  let stride = channels;
  let origin = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    origin += Math.floor((size[axis]! - side) / 2) * stride;
    stride *= size[axis]!;
  }

  const steps = turnAxes(rank, rotationOf(rank, rotationClass, rotations)).map((axis) => {
    const step = strides[Math.abs(axis) - 1]!;
    if (axis > 0) return step;
    origin += (side - 1) * step;
    return -step;
  });
  const shape = [...size.map(() => side), channels];
  return { data: gather(image.data, shape, steps, origin), shape };
}

/** Reads a square or cube of voxels whose neighbours along axis a lie `steps[a]` values apart. */
function gather(
  source: Float32Array,
  shape: readonly number[],
  steps: readonly number[],
  origin: number,
): Float32Array {
  const rank = steps.length;
  const side = shape[0]!;
  const channels = shape[rank]!;
  const slices = rank === 3 ? side : 1;
  const sliceStep = rank === 3 ? steps[0]! : 0;
  const rowStep = steps[rank - 2]!;
  const voxelStep = steps[rank - 1]!;
  const result = new Float32Array(slices * side * side * channels);
  let target = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < side; row++) {
      let position = origin + slice * sliceStep + row * rowStep;
      for (let voxel = 0; voxel < side; voxel++, position += voxelStep) {
        for (let channel = 0; channel < channels; channel++) result[target++] = source[position + channel]!;
      }
    }
  }
  return result;
}
