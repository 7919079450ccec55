import * as tf from "@tensorflow/tfjs-core";
import type { Head, NumericArray, Volume } from "@ssl3d/core";
import { extractWindow } from "@ssl3d/data";
import { layWindows, type AxisWindows, type Blending } from "./windows.js";

/** How a volume is cut into windows and put together again. */
export interface SlidingWindow {
  /** Size of a window in voxels, [depth, height, width] or [height, width]; a size the head was made for. */
  readonly patchSize: readonly number[];
  /** Least share of a window that its neighbour covers too, from 0 to below 1. Default 0.5. */
  readonly overlap?: number;
  /** How overlapping windows are averaged. Default "gaussian": a window counts most where it sees most context. */
  readonly blending?: Blending;
  /** Called after each window. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Finished slices of a prediction, [slices, ...rest, classes]; `start` is the first one along the image's first axis. */
export interface Slab {
  readonly start: number;
  readonly probabilities: NumericArray & { readonly data: Float32Array };
}

/** Class probabilities of a whole image, [...size, classes]. Outside the image the head sees zeros. */
export async function predictVolume(
  head: Pick<Head, "predict">,
  volume: Volume<Float32Array>,
  window: SlidingWindow,
): Promise<NumericArray & { readonly data: Float32Array }> {
  let data = new Float32Array(0);
  let classes = 0;
  for await (const { start, probabilities } of predictSlabs(head, volume, window)) {
    if (classes === 0) {
      classes = probabilities.shape.at(-1)!;
      data = new Float32Array(volume.size.reduce((a, b) => a * b, classes));
    }
    data.set(probabilities.data, (start * data.length) / volume.size[0]!);
  }
  return { data, shape: [...volume.size, classes] };
}

/**
 * The most probable class of every voxel, [...size]. Holds the probabilities of one window's slices at a time, so that
 * large volumes fit into memory.
 */
export async function predictClasses(
  head: Pick<Head, "predict">,
  volume: Volume<Float32Array>,
  window: SlidingWindow,
): Promise<NumericArray & { readonly data: Uint8Array }> {
  const data = new Uint8Array(volume.size.reduce((a, b) => a * b, 1));
  for await (const { start, probabilities } of predictSlabs(head, volume, window)) {
    data.set(mostProbable(probabilities), (start * data.length) / volume.size[0]!);
  }
  return { data, shape: volume.size };
}

/** The index of the largest value along the last axis, for every position. The first wins where values are equal. */
export function mostProbable({ data, shape }: NumericArray): Uint8Array {
  const classes = shape.at(-1)!;
  const winners = new Uint8Array(data.length / classes);
  for (let voxel = 0, base = 0; voxel < winners.length; voxel++, base += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (data[base + c]! > data[base + best]!) best = c;
    winners[voxel] = best;
  }
  return winners;
}

/** Slides a window over an image and yields class probabilities slab by slab, once no later window touches them. */
export async function* predictSlabs(
  head: Pick<Head, "predict">,
  volume: Volume<Float32Array>,
  { patchSize, overlap = 0.5, blending = "gaussian", onProgress }: SlidingWindow,
): AsyncGenerator<Slab> {
  // A 2D image is a volume whose middle axis is one voxel long.
  const flat = volume.size.length === 2;
  const size = flat ? [volume.size[0]!, 1, volume.size[1]!] : volume.size;
  const patch = flat ? [patchSize[0]!, 1, patchSize[1]!] : patchSize;
  const axes = size.map((length, axis) => layWindows(length, patch[axis]!, overlap, blending));
  const [slices, rows, columns] = axes as [AxisWindows, AxisWindows, AxisWindows];
  const total = axes.reduce((product, axis) => product * axis.starts.length, 1);

  let sums = new Float32Array(0);
  let slice = 0;
  let done = 0;
  for (const [i, start] of slices.starts.entries()) {
    let classes = 0;
    for (let j = 0; j < rows.starts.length; j++) {
      for (let k = 0; k < columns.starts.length; k++) {
        const starts = [start, rows.starts[j]!, columns.starts[k]!];
        const { voxels } = extractWindow(volume, flat ? [start, starts[2]!] : starts, patchSize);
        const images = tf.tensor(voxels, [1, ...patchSize, volume.channels]);
        const prediction = head.predict(images);
        const probabilities = (await prediction.data()) as Float32Array;
        classes = prediction.shape.at(-1)!;
        tf.dispose([images, prediction]);
        if (sums.length === 0) sums = new Float32Array(patch[0]! * size[1]! * size[2]! * classes);
        const shares = [slices.shares[i]!, rows.shares[j]!, columns.shares[k]!] as const;
        add(probabilities, shares, [start - slice, starts[1]!, starts[2]!], patch, classes, sums, size);
        onProgress?.(++done, total);
      }
    }
    const end = slices.starts[i + 1] ?? size[0]!;
    const sliceLength = size[1]! * size[2]! * classes;
    const finished = (end - slice) * sliceLength;
    yield {
      start: slice,
      probabilities: { data: sums.slice(0, finished), shape: [end - slice, ...volume.size.slice(1), classes] },
    };
    sums.copyWithin(0, finished).fill(0, sums.length - finished);
    slice = end;
  }
}

/** Adds a window's share of the probabilities to the sums, whose first slice has index 0 in `starts`. */
function add(
  probabilities: Float32Array,
  [sliceShares, rowShares, columnShares]: readonly [Float32Array, Float32Array, Float32Array],
  starts: readonly number[],
  patch: readonly number[],
  classes: number,
  sums: Float32Array,
  size: readonly number[],
): void {
  const [depth, height, width] = patch as [number, number, number];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const share = sliceShares[z]! * rowShares[y]!;
      if (share === 0) continue;
      let source = (z * height + y) * width * classes;
      let target = (((starts[0]! + z) * size[1]! + starts[1]! + y) * size[2]! + starts[2]!) * classes;
      for (let x = 0; x < width; x++) {
        const weight = share * columnShares[x]!;
        for (let c = 0; c < classes; c++, source++, target++) {
          if (weight !== 0) sums[target]! += weight * probabilities[source]!;
        }
      }
    }
  }
}
