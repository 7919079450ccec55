import type { Head, NumericArray, PreprocessingOptions, Volume } from "@ssl3d/core";
import { gridOf, preprocess, restoreGeometry, type Grid } from "@ssl3d/data";
import { mostProbable, predictVolume } from "@ssl3d/heads";

/** A prediction on the grid of the volume as it was read. */
export interface Segmentation {
  /** Class probabilities, [...size, classes]; all 0 where the network saw nothing. */
  readonly probabilities: NumericArray & { readonly data: Float32Array };
  /** The label of every voxel, on the input's own grid. */
  readonly labels: Volume<Uint8Array>;
}

/** What {@link segmentVolume} needs besides the volume. */
export interface SegmentationRequest {
  readonly head: Pick<Head, "predict">;
  readonly preprocessing: PreprocessingOptions;
  /** Size of the sliding window in voxels. */
  readonly patchSize: readonly number[];
  /** Label of each class in files. */
  readonly labelValues: readonly number[];
}

/**
 * Segments a volume: prepares it as the network was trained, slides a window over it and brings the probabilities back onto
 * the volume's own grid (linearly), so that the labels open over the input at the right place.
 */
export async function segmentVolume(volume: Volume, request: SegmentationRequest): Promise<Segmentation> {
  const { volume: image, original } = preprocess(volume, request.preprocessing);
  const { data, shape } = await predictVolume(request.head, image, { patchSize: request.patchSize });
  const classes = shape.at(-1) as number;
  const back = restoreGeometry({ ...image, voxels: data, channels: classes }, original, { interpolation: "linear" });
  const probabilities = { data: back.voxels as Float32Array, shape: [...original.size, classes] };
  const voxels = mostProbable(probabilities).map((winner) => request.labelValues[winner] ?? winner);
  return { probabilities, labels: onGrid(volume.id, voxels, original) };
}

function onGrid(id: string, voxels: Uint8Array, grid: Grid): Volume<Uint8Array> {
  return { id, voxels, channels: 1, ...gridOf(grid) };
}

/** The label of each class that a head's options name; where they name none, a class is its own label. */
export function labelValuesOf(options: unknown): readonly number[] {
  const values = (options as { labelValues?: unknown }).labelValues;
  return Array.isArray(values) && values.every((value) => typeof value === "number") ? values : [];
}
