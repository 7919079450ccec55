import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { meanOfClasses } from "./class-weights.js";
import { EPSILON } from "./cross-entropy.js";
import { sumPerClass } from "./dice.js";

const SMOOTH = 1e-5;

/**
 * What the original multiplies its `jaccard_distance` by: its smoothing constant, meant as 1, so that the loss is about 1e-5
 * and hardly trains.
 */
export const ORIGINAL_JACCARD_SCALE: number = SMOOTH;

/** How {@link jaccardDistance} is computed. */
export interface JaccardOptions {
  /** Factor of the whole. Default 1; {@link ORIGINAL_JACCARD_SCALE} gives the original's numbers. */
  readonly scale?: number;
  /** One a class; default all alike. */
  readonly classWeights?: readonly number[] | undefined;
}

/**
 * One minus the mean soft Jaccard index over classes: the original's `jaccard_distance` as it was meant. Truth is one-hot, both
 * are [batch, ...spatial, classes].
 */
export function jaccardDistance(truth: Tensor, probabilities: Tensor, options: JaccardOptions = {}): Scalar {
  const { scale = 1, classWeights } = options;
  return tf.tidy(() => {
    const overlap = sumPerClass(magnitude(tf.mul(truth, probabilities)));
    const total = sumPerClass(tf.add(magnitude(truth), magnitude(probabilities)));
    const union = tf.add(tf.sub(total, overlap), SMOOTH + EPSILON);
    const indices = tf.div(tf.add(overlap, SMOOTH), union);
    return tf.mul<Scalar>(tf.sub(1, meanOfClasses(indices, classWeights)), scale);
  });
}

/** The absolute value with TensorFlow's gradient, which is 0 at 0; tfjs' `abs` has -1 there. */
function magnitude(x: Tensor): Tensor {
  return tf.mul(x, tf.sign(x));
}
