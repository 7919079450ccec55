import type { NumericArray, Random } from "@ssl3d/core";

/** A channels-last image: [depth, height, width, channels] or [height, width, channels]. */
export interface ImageArray extends NumericArray {
  readonly data: Float32Array;
}

/** How an image is cut into a grid of patches. */
export interface PatchGrid {
  /** Patches along every axis. */
  readonly perSide: number;
  /** Voxels by which a patch is smaller than its cell, for a random place within it; below 0 patches overlap by so many voxels. Default 0. */
  readonly jitter?: number;
}

/** Spatial size of the grid's patches on an image of that spatial size; what does not divide is left at the end. Follows the original's grid. */
export function gridPatchSize(size: readonly number[], { perSide, jitter = 0 }: PatchGrid): readonly number[] {
  const overlap = Math.max(0, -jitter);
  return size.map((length) => Math.floor((length - overlap) / perSide) + overlap - Math.max(0, jitter));
}

/**
 * Cuts an image into perSide^rank patches, first axis slowest: [patches, ...size, channels]. With jitter above 0 a patch lies
 * at a random place of its cell, drawn patch by patch and axis by axis; without `random` in its middle.
 */
export function cropPatchGrid(image: ImageArray, grid: PatchGrid, random?: Random): ImageArray {
  const size = image.shape.slice(0, -1);
  const rank = size.length;
  const channels = image.shape[rank]!;
  const { perSide, jitter = 0 } = grid;
  const room = Math.max(0, jitter);
  const overlap = Math.max(0, -jitter);
  const cell = size.map((length) => Math.floor((length - overlap) / perSide));
  const patch = gridPatchSize(size, grid);
  const count = perSide ** rank;
  const length = patch.reduce((product, side) => product * side, channels);
  const data = new Float32Array(count * length);
  for (let index = 0; index < count; index++) {
    const start = size.map((_, axis) => (Math.floor(index / perSide ** (rank - 1 - axis)) % perSide) * cell[axis]!);
    for (let axis = 0; axis < rank; axis++) {
      if (room > 0) start[axis]! += random === undefined ? Math.floor(room / 2) : random.integer(0, room + 1);
    }
    copyBlock(image, start, patch, data.subarray(index * length, (index + 1) * length));
  }
  return { data, shape: [count, ...patch, channels] };
}

/** Copies the block of that size at that place into `target`, row by row. */
export function copyBlock(image: ImageArray, start: readonly number[], size: readonly number[], target: Float32Array): void {
  const rank = size.length;
  const channels = image.shape[rank]!;
  const width = size[rank - 1]! * channels;
  const rows = size.slice(0, -1).reduce((product, side) => product * side, 1);
  for (let row = 0; row < rows; row++) {
    let rest = row;
    let from = start[rank - 1]!;
    let stride = image.shape[rank - 1]!;
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += (start[axis]! + (rest % size[axis]!)) * stride;
      rest = Math.floor(rest / size[axis]!);
      stride *= image.shape[axis]!;
    }
    target.set(image.data.subarray(from * channels, from * channels + width), row * width);
  }
}
