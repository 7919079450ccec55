import { keepingStatistics, type Encoder, type Volume } from "@ssl3d/core";
import { reestimateEncoderStatistics } from "@ssl3d/heads";
import * as tf from "@tensorflow/tfjs-core";

/** Images over which normalisation statistics are re-estimated at most. */
const STATISTICS_IMAGES = 8;

/**
 * Does something while the encoder's moving statistics are those of its present weights on the images given: training leaves
 * them behind. Afterwards they are what they were.
 */
export async function withFreshStatistics<Result>(encoder: Encoder, images: readonly Volume<Float32Array>[], work: () => Promise<Result>): Promise<Result> {
  return await keepingStatistics(encoder.weights, () => {
    reestimateEncoderStatistics(encoder, tensorsOf(images.slice(0, STATISTICS_IMAGES)));
    return work();
  });
}

/** The encoder's pooled features of each image, [images, channels]. */
export async function pooledFeatures(encoder: Encoder, images: readonly Volume<Float32Array>[]): Promise<Float32Array> {
  const rows: Float32Array[] = [];
  for (const image of images) {
    const pooled = tf.tidy(() => encoder.forward(tensorOf(image), { training: false }).pooled);
    rows.push(Float32Array.from(await pooled.data()));
    pooled.dispose();
  }
  return concatenate(rows);
}

/** The features of all levels, side by side, at some voxels of an image: [voxels, channels of all levels]. */
export async function voxelFeatures(encoder: Encoder, image: Volume<Float32Array>, voxels: readonly number[]): Promise<Float32Array> {
  const pyramid = tf.tidy(() => [...encoder.forward(tensorOf(image), { training: false }).pyramid]);
  const width = encoder.levels.reduce((sum, { channels }) => sum + channels, 0);
  const features = new Float32Array(voxels.length * width);
  let begin = 0;
  for (const [index, level] of pyramid.entries()) {
    const { channels, stride } = encoder.levels[index]!;
    const data = await level.data();
    const size = level.shape.slice(1, -1);
    voxels.forEach((voxel, row) => {
      let rest = voxel;
      let at = 0;
      let step = 1;
      for (let axis = size.length - 1; axis >= 0; axis--) {
        // pooling may leave out the last voxels
        at += step * Math.min(size[axis]! - 1, Math.floor((rest % image.size[axis]!) / stride));
        rest = Math.floor(rest / image.size[axis]!);
        step *= size[axis]!;
      }
      for (let channel = 0; channel < channels; channel++) features[row * width + begin + channel] = data[at * channels + channel]!;
    });
    begin += channels;
  }
  tf.dispose(pyramid);
  return features;
}

/** Rows one below the other. */
export function concatenate(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}

function tensorOf({ voxels, size, channels }: Volume<Float32Array>): tf.Tensor {
  return tf.tensor(voxels, [1, ...size, channels]);
}

/** One image on the engine at a time. */
function* tensorsOf(images: readonly Volume<Float32Array>[]): Generator<tf.Tensor> {
  for (const image of images) {
    const tensor = tensorOf(image);
    yield tensor;
    tensor.dispose();
  }
}
