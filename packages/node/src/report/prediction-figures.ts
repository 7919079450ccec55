import type { Dataset, Figure, NumericArray, Volume } from "@ssl3d/core";
import { readImage, readNifti, reorient } from "@ssl3d/data";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isVolume } from "../workers/is-volume.js";

/** What {@link predictionFigures} shows. */
export interface PredictionFigureRequest {
  readonly dataset: Dataset;
  readonly ids: readonly string[];
  /** Folder of the predictions, one NIfTI file (PNG for images) a case. */
  readonly predictions: string;
  /** Meaning of the label values. */
  readonly labels?: Readonly<Record<number, string>>;
  /** Line under a case, such as its scores. */
  readonly caption: (id: string) => string;
}

/** Predictions (filled) and truths (outlined) over the channel of the image in which the labelled voxels stand out most. */
export async function predictionFigures(request: PredictionFigureRequest): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const id of request.ids) {
    const image = upright(await request.dataset.loadImage(id));
    const truth = await request.dataset.loadTruth(id);
    if (!isVolume(truth)) continue;
    const flat = image.size.length === 2;
    const path = join(request.predictions, `${id}${flat ? ".png" : ".nii.gz"}`);
    const prediction = upright(await (flat ? readImage : readNifti)(await readFile(path), { id, file: path }));
    const outline = labelsOf(upright(truth));
    figures.push({
      title: id,
      caption: request.caption(id),
      image: clearestChannel(image, outline),
      spacing: image.spacing,
      overlay: labelsOf(prediction),
      outline,
      ...(request.labels && { labels: request.labels }),
    });
  }
  return figures;
}

function upright(volume: Volume): Volume {
  return volume.size.length === 3 ? reorient(volume, "RAS").volume : volume;
}

function labelsOf({ voxels, size }: Volume): NumericArray {
  return { data: Int32Array.from(voxels), shape: size };
}

/** The one channel where the labelled voxels' mean is furthest from the others', measured in the channel's deviation. */
function clearestChannel({ voxels, size, channels }: Volume, labels: NumericArray): NumericArray {
  const contrast = (channel: number): number => {
    const sums = [0, 0];
    const counts = [0, 0];
    let squares = 0;
    labels.data.forEach((label, voxel) => {
      const value = voxels[voxel * channels + channel] as number;
      const part = label > 0 ? 1 : 0;
      sums[part]! += value;
      counts[part]! += 1;
      squares += value * value;
    });
    const mean = (sums[0]! + sums[1]!) / labels.data.length;
    const deviation = Math.sqrt(Math.max(squares / labels.data.length - mean * mean, 1e-12));
    return counts[1] === 0 ? 0 : Math.abs(sums[1]! / counts[1]! - sums[0]! / Math.max(1, counts[0]!)) / deviation;
  };
  const contrasts = Array.from({ length: channels }, (_, channel) => contrast(channel));
  const best = contrasts.indexOf(Math.max(...contrasts));
  const data = Float32Array.from({ length: labels.data.length }, (_, voxel) => voxels[voxel * channels + best] as number);
  return { data, shape: [...size, 1] };
}
