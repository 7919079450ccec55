import type { NumericArray, Random, Volume } from "@ssl3d/core";
import { tooFewBlocks } from "./errors.js";

/** An image with blocks hidden. */
export interface HiddenBlocks {
  /** [...spatial, channels]: hidden voxels hold their channel's mean over the visible ones, which tells nothing of what was there. */
  readonly image: NumericArray & { readonly data: Float32Array };
  /** [...spatial]: 1 where hidden. */
  readonly hidden: NumericArray & { readonly data: Uint8Array };
}

/**
 * Hides a share of an image's blocks, drawn without repetition; blocks at the far ends are smaller where a side is no
 * multiple of the block's. The volume stays as it is.
 * @throws SSL3D_MASKED_ONE_BLOCK where the image is a single block
 */
export function hideBlocks(volume: Volume<Float32Array>, blockSize: number, fraction: number, random: Random): HiddenBlocks {
  const { voxels, size, channels } = volume;
  const grid = blockGrid(size, blockSize);
  const blocks = grid.reduce((product, length) => product * length, 1);
  const count = Math.min(blocks - 1, Math.max(1, Math.round(fraction * blocks)));
  const chosen = new Uint8Array(blocks);
  for (const block of random.shuffle([...chosen.keys()]).slice(0, count)) chosen[block] = 1;
  const hidden = spreadBlocks(chosen, grid, size, blockSize);
  const image = voxels.slice();
  fillHidden(image, hidden, channels);
  return { image: { data: image, shape: [...size, channels] }, hidden: { data: hidden, shape: size } };
}

/** Blocks along every axis. */
export function blockGrid(size: readonly number[], blockSize: number): readonly number[] {
  const grid = size.map((length) => Math.ceil(length / blockSize));
  if (grid.every((length) => length === 1)) throw tooFewBlocks(size, blockSize);
  return grid;
}

/** What holds of a block for each of its voxels. */
function spreadBlocks(chosen: Uint8Array, grid: readonly number[], size: readonly number[], blockSize: number): Uint8Array {
  // a 2D image is a volume of one slice, one block deep
  const [depth, height, width] = (size.length === 2 ? [1, ...size] : size) as [number, number, number];
  const [rows, columns] = grid.slice(-2) as [number, number];
  const hidden = new Uint8Array(depth * height * width);
  let to = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = (Math.floor(k / blockSize) * rows + Math.floor(j / blockSize)) * columns;
      for (let i = 0; i < width; i++) hidden[to++] = chosen[row + Math.floor(i / blockSize)]!;
    }
  }
  return hidden;
}

/** Puts every channel's mean over the visible voxels where voxels are hidden. */
function fillHidden(image: Float32Array, hidden: Uint8Array, channels: number): void {
  const sums = new Float64Array(channels);
  let visible = 0;
  for (let voxel = 0; voxel < hidden.length; voxel++) {
    if (hidden[voxel] === 1) continue;
    visible++;
    for (let channel = 0; channel < channels; channel++) sums[channel]! += image[voxel * channels + channel]!;
  }
  const means = sums.map((sum) => sum / visible);
  for (let voxel = 0; voxel < hidden.length; voxel++) {
    if (hidden[voxel] === 0) continue;
    for (let channel = 0; channel < channels; channel++) image[voxel * channels + channel] = means[channel]!;
  }
}
