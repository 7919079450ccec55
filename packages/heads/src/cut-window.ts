import type { Volume, VoxelArray } from "@ssl3d/core";

/**
 * Copies a window out of an image or label volume. `starts` may be negative and the window may be larger than the image:
 * what lies outside is 0. Returns [...patchSize, channels] values.
 */
export function cutWindow<Voxels extends VoxelArray>(
  { voxels, size, channels }: Pick<Volume<Voxels>, "voxels" | "size" | "channels">,
  starts: readonly number[],
  patchSize: readonly number[],
): Voxels {
  const rank = size.length;
  const values = patchSize.reduce((a, b) => a * b, channels);
  const result = new (voxels.constructor as new (length: number) => Voxels)(values);
  const start = starts[rank - 1]!;
  const first = Math.max(0, -start);
  const last = Math.min(patchSize[rank - 1]!, size[rank - 1]! - start);
  if (last <= first) return result;

  // Row by row; `source` and `target` count the rows of the image and of the window.
  const copyRows = (axis: number, source: number, target: number): void => {
    if (axis === rank - 1) {
      const from = (source * size[axis]! + start) * channels;
      const row = voxels.subarray(from + first * channels, from + last * channels);
      result.set(row, (target * patchSize[axis]! + first) * channels);
      return;
    }
    const end = Math.min(patchSize[axis]!, size[axis]! - starts[axis]!);
    for (let i = Math.max(0, -starts[axis]!); i < end; i++) {
      copyRows(axis + 1, source * size[axis]! + starts[axis]! + i, target * patchSize[axis]! + i);
    }
  };
  copyRows(0, 0, 0);
  return result;
}
