import type { ImageArray } from "./patch-grid.js";

/** Share of an image's side that {@link maskBorders} blanks at either end. */
const BORDER = 1 / 8;

/**
 * Images with their borders blanked: an eighth of each side, at least one voxel, set to each channel's mean over the border. What is
 * drawn there is gone, without an edge where the border was empty or even. Takes one image or several, [...leading,
 * ...spatial, channels]; returns a new array.
 */
export function maskBorders(images: ImageArray, rank: 2 | 3): ImageArray {
  const size = images.shape.slice(-rank - 1, -1);
  const channels = images.shape[images.shape.length - 1]!;
  const border = borderVoxels(size);
  const length = size.reduce((product, side) => product * side, channels);
  const data = images.data.slice();
  for (let begin = 0; begin < data.length; begin += length) {
    for (let channel = begin; channel < begin + channels; channel++) {
      let sum = 0;
      for (const voxel of border) sum += data[channel + voxel * channels]!;
      const mean = sum / border.length;
      for (const voxel of border) data[channel + voxel * channels] = mean;
    }
  }
  return { data, shape: images.shape };
}

/** Places of an image's border. */
function borderVoxels(size: readonly number[]): number[] {
  const margin = size.map((side) => Math.max(1, Math.round(side * BORDER)));
  const count = size.reduce((product, side) => product * side, 1);
  const found: number[] = [];
  for (let voxel = 0; voxel < count; voxel++) {
    let rest = voxel;
    for (let axis = size.length - 1; axis >= 0; axis--) {
      const place = rest % size[axis]!;
      rest = Math.floor(rest / size[axis]!);
      if (place >= margin[axis]! && place < size[axis]! - margin[axis]!) continue;
      found.push(voxel);
      break;
    }
  }
  return found;
}
