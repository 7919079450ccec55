import type { Volume, VoxelArray } from "@ssl3d/core";
import { withDepth } from "../volume/grid.js";
import { extractWindow } from "./window.js";

/** A block of voxels; `start` belongs to it, start + size no longer does. */
export interface Box {
  readonly start: readonly number[];
  readonly size: readonly number[];
}

/** The value of each channel's background: what most of the volume's corners hold; of equals, the first corner's. */
export function backgroundOf(volume: Volume): number[] {
  const corners = volume.size.reduce<number[]>(
    (offsets, length) => offsets.flatMap((offset) => [offset * length, offset * length + length - 1]),
    [0],
  );
  return Array.from({ length: volume.channels }, (_, channel) => {
    const values = corners.map((corner) => volume.voxels[corner * volume.channels + channel]!);
    const votes = (value: number): number => values.filter((other) => other === value).length;
    return values.reduce((best, value) => (votes(value) > votes(best) ? value : best));
  });
}

/**
 * The smallest box around all voxels that are not background in some channel, widened by `margin` voxels on every side
 * where there is room. A volume of nothing but background gives the whole volume.
 * @param background value per channel; default {@link backgroundOf}
 */
export function foregroundBox(volume: Volume, margin: number = 0, background: readonly number[] = backgroundOf(volume)): Box {
  const { voxels, channels } = volume;
  const size = withDepth(volume.size, 1);
  const [depth, height, width] = size as [number, number, number];
  const low = [depth, height, width];
  const high = [-1, -1, -1];
  for (let k = 0, at = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        for (let channel = 0; channel < channels; channel++, at++) {
          if (voxels[at] === background[channel]) continue;
          if (k < low[0]!) low[0] = k;
          if (j < low[1]!) low[1] = j;
          if (i < low[2]!) low[2] = i;
          if (k > high[0]!) high[0] = k;
          if (j > high[1]!) high[1] = j;
          if (i > high[2]!) high[2] = i;
        }
      }
    }
  }
  const start = size.map((_, axis) => (high[axis]! < 0 ? 0 : Math.max(0, low[axis]! - margin)));
  const extent = size.map((length, axis) =>
    high[axis]! < 0 ? length : Math.min(length, high[axis]! + 1 + margin) - start[axis]!,
  );
  const skipped = 3 - volume.size.length;
  return { start: start.slice(skipped), size: extent.slice(skipped) };
}

/** Cuts off the margin of background around a volume's contents, keeping `margin` voxels of it. */
export function cropToForeground<Voxels extends VoxelArray>(volume: Volume<Voxels>, margin: number = 0): Volume<Voxels> {
  const box = foregroundBox(volume, margin);
  return extractWindow(volume, box.start, box.size);
}
