import type { Random } from "@ssl3d/core";
import { copyBlock, cropPatchGrid, type ImageArray, type PatchGrid } from "@ssl3d/data";
import type { PatchOptions } from "./options.js";

/** The grid that an image of that spatial size is cut into: without overlap in 3D; in 2D patches overlap by a share of the shortest side, as the original's. */
export function predictionPatchGrid(size: readonly number[], perSide: number): PatchGrid {
  return { perSide, jitter: size.length === 2 ? -Math.floor(Math.min(...size) / (perSide + 1)) : 0 };
}

/** The part of that many voxels along every axis, each side rounded down. */
export function shareOf(size: readonly number[], share: number): number[] {
  return size.map((length) => Math.max(1, Math.floor(share * length)));
}

/**
 * Cuts an image into its grid of patches, each distorted on its own: flipped along the first axis, then cropped at random and padded
 * with zeros again. Draws the flip where there is one, then the place axis by axis. Returns [patches, ...size, channels].
 */
export function cutPatches(image: ImageArray, { patchesPerSide, patchCrop, patchFlip }: PatchOptions, random: Random): ImageArray {
  const size = image.shape.slice(0, -1);
  const patches = cropPatchGrid(image, predictionPatchGrid(size, patchesPerSide));
  const [count, ...shape] = patches.shape as [number, ...number[]];
  const kept = shareOf(shape.slice(0, -1), patchCrop);
  const length = patches.data.length / count;
  for (let index = 0; index < count; index++) {
    const patch = { data: patches.data.subarray(index * length, (index + 1) * length), shape };
    if (patchFlip > 0 && random.chance(patchFlip)) flipFirstAxis(patch);
    patch.data.set(cropAndPad(patch, kept, random).data);
  }
  return patches;
}

/** Keeps a part of that spatial size at a random place, drawn axis by axis, in the middle of zeros; the image's size stays. */
export function cropAndPad(image: ImageArray, size: readonly number[], random: Random): ImageArray {
  const room = size.map((length, axis) => image.shape[axis]! - length);
  const start = room.map((voxels) => random.integer(0, voxels + 1));
  const channels = image.shape[size.length]!;
  const block = new Float32Array(size.reduce((product, length) => product * length, channels));
  copyBlock(image, start, size, block);

  const data = new Float32Array(image.data.length);
  const row = size.at(-1)! * channels;
  for (let from = 0; from < block.length; from += row) {
    let rest = from / row;
    let to = Math.floor(room[room.length - 1]! / 2);
    let stride = image.shape[size.length - 1]!;
    for (let axis = size.length - 2; axis >= 0; axis--) {
      to += (Math.floor(room[axis]! / 2) + (rest % size[axis]!)) * stride;
      rest = Math.floor(rest / size[axis]!);
      stride *= image.shape[axis]!;
    }
    data.set(block.subarray(from, from + row), to * channels);
  }
  return { data, shape: image.shape };
}

function flipFirstAxis({ data, shape }: ImageArray): void {
  const slice = data.length / shape[0]!;
  for (let first = 0, last = data.length - slice; first < last; first += slice, last -= slice) {
    const kept = data.slice(first, first + slice);
    data.copyWithin(first, last, last + slice);
    data.set(kept, last);
  }
}
