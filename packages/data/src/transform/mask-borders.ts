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
  const border = size.map((side) => Math.max(1, Math.round(side * BORDER)));
  const across = size[rank - 1]! * channels;
  const margin = Math.min(across, border[rank - 1]! * channels);
  const rows = size.slice(0, -1).reduce((product, side) => product * side, 1);
  const data = images.data.slice();
  for (let begin = 0; begin < data.length; begin += rows * across) {
    const image = data.subarray(begin, begin + rows * across);
    let blank = Infinity;
    for (let i = 0; i < image.length; i++) blank = Math.min(blank, image[i]!);
    for (let row = 0; row < rows; row++) {
      const from = row * across;
      if (isBorderRow(row, size, border)) {
        image.fill(blank, from, from + across);
      } else {
        image.fill(blank, from, from + margin);
        image.fill(blank, from + across - margin, from + across);
      }
    }
  }
  return { data, shape: images.shape };
}

/** Whether a row along the last axis lies in the border of another axis. */
function isBorderRow(row: number, size: readonly number[], border: readonly number[]): boolean {
  let rest = row;
  for (let axis = size.length - 2; axis >= 0; axis--) {
    const place = rest % size[axis]!;
    rest = Math.floor(rest / size[axis]!);
    if (place < border[axis]! || place >= size[axis]! - border[axis]!) return true;
  }
  return false;
}
