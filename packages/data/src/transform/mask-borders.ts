import type { ImageArray } from "./patch-grid.js";

/** Share of an image's side that {@link maskBorders} blanks at either end. */
const BORDER = 1 / 8;

/**
 * Images with their borders set to the image's smallest value: an eighth of each side, at least one voxel. Takes one image or
 * several, [...leading, ...spatial, channels]; returns a new array.
 */
export function maskBorders(images: ImageArray, rank: 2 | 3): ImageArray {
  const size = images.shape.slice(-rank - 1, -1);
  const channels = images.shape[images.shape.length - 1]!;
  const width = size.map((side) => Math.max(1, Math.round(side * BORDER)));
  const length = size.reduce((product, side) => product * side, channels);
  const data = images.data.slice();
  for (let begin = 0; begin < data.length; begin += length) {
    const image = data.subarray(begin, begin + length);
    const blank = image.reduce((least, value) => Math.min(least, value), Infinity);
    for (let voxel = 0; voxel * channels < length; voxel++) {
      let rest = voxel;
      let outside = false;
      for (let axis = rank - 1; axis >= 0; axis--) {
        const place = rest % size[axis]!;
        rest = Math.floor(rest / size[axis]!);
        outside ||= place < width[axis]! || place >= size[axis]! - width[axis]!;
      }
      if (outside) image.fill(blank, voxel * channels, (voxel + 1) * channels);
    }
  }
  return { data, shape: images.shape };
}
