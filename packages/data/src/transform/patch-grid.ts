import type { NumericArray, Random } from "@ssl3d/core";
import { patchGridError } from "../errors.js";

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

/**
 * Spatial size of the grid's patches on an image of that spatial size; what does not divide is left at the end. Follows the
 * original's grid.
 * @throws SSL3D_PATCH_GRID where no voxel is left for a patch
 */
export function gridPatchSize(size: readonly number[], grid: PatchGrid): readonly number[] {
  const { cell, overlap, room } = layOut(size, grid);
  const patch = cell.map((length) => length + overlap - room);
  if (cell.some((length) => length < 1) || patch.some((length) => length < 1)) throw patchGridError(size, grid.perSide, grid.jitter ?? 0);
  return patch;
}

/**
 * The first voxel of each of the grid's perSide^rank patches, first axis slowest. With jitter above 0 a patch lies at a random
 * place of its cell, drawn patch by patch and axis by axis; without `random` in its middle.
 */
export function placePatches(size: readonly number[], grid: PatchGrid, random?: Random): readonly (readonly number[])[] {
  const { cell, room } = layOut(size, grid);
  const { perSide } = grid;
  const rank = size.length;
  return Array.from({ length: perSide ** rank }, (_, index) =>
    cell.map((length, axis) => {
      const start = (Math.floor(index / perSide ** (rank - 1 - axis)) % perSide) * length;
      if (room === 0) return start;
      return start + (random === undefined ? Math.floor(room / 2) : random.integer(0, room + 1));
    }),
  );
}

/** Cells of the grid, by how much patches reach beyond them, and how much room they have within them. */
function layOut(size: readonly number[], { perSide, jitter = 0 }: PatchGrid): { cell: number[]; overlap: number; room: number } {
  const overlap = Math.max(0, -jitter);
  return { cell: size.map((length) => Math.floor((length - overlap) / perSide)), overlap, room: Math.max(0, jitter) };
}

/** Blocks of one size, each beginning at its place: [blocks, ...size, channels]. */
export function cropBlocks(image: ImageArray, starts: readonly (readonly number[])[], size: readonly number[]): ImageArray {
  const channels = image.shape[size.length]!;
  const length = size.reduce((product, side) => product * side, channels);
  const data = new Float32Array(starts.length * length);
  starts.forEach((start, index) => copyBlock(image, start, size, data.subarray(index * length, (index + 1) * length)));
  return { data, shape: [starts.length, ...size, channels] };
}

/** Cuts an image into the patches of a grid, placed as {@link placePatches} says: [patches, ...size, channels]. */
export function cropPatchGrid(image: ImageArray, grid: PatchGrid, random?: Random): ImageArray {
  const size = image.shape.slice(0, -1);
  const patch = gridPatchSize(size, grid);
  return cropBlocks(image, placePatches(size, grid, random), patch);
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
