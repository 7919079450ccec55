import type { Head, HeadPlugin, NumericArray, PreprocessingOptions, Volume } from "@ssl3d/core";
import { preprocess } from "@ssl3d/data";
import * as tf from "@tensorflow/tfjs-core";

/** Probabilities of classes, or the numbers of a head that measures. */
export interface ImageAnswers {
  /** One a class; for grades independent answers to "at least grade k?". */
  readonly probabilities?: readonly number[];
  /** Of a head whose answers are numbers. */
  readonly values?: readonly number[];
}

/** What a head said of an image, named for what it is. */
export function answersOf({ answers }: Pick<HeadPlugin, "answers">, { data }: NumericArray): ImageAnswers {
  return { [answers === "numbers" ? "values" : "probabilities"]: [...data] };
}

/** What a head of whole images says of one image, [classes]; the image is prepared as in training. */
export async function classifyImage(
  volume: Volume,
  { head, preprocessing }: { readonly head: Pick<Head, "predict">; readonly preprocessing: PreprocessingOptions },
): Promise<NumericArray & { readonly data: Float32Array }> {
  const { volume: image } = preprocess(volume, preprocessing);
  const batch = tf.tensor(image.voxels, [1, ...image.size, image.channels]);
  const prediction = head.predict(batch);
  try {
    return { data: ((await prediction.data()) as Float32Array).slice(), shape: prediction.shape.slice(1) };
  } finally {
    tf.dispose([batch, prediction]);
  }
}
