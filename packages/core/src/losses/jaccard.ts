import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { EPSILON } from "./cross-entropy.js";
import { sumPerClass } from "./dice.js";

const SMOOTH = 1e-5;

/**
 * The original's `jaccard_distance`: one minus the mean soft Jaccard index over classes, times `scale`. The original
 * scales by its smoothing constant, 1e-5 (meant as 1), so that this loss hardly trains; that is kept as the default here
 * since its numbers rest on it. Truth is one-hot, both are [batch, ...spatial, classes].
 */
export function jaccardDistance(truth: Tensor, probabilities: Tensor, scale: number = SMOOTH): Scalar {
  return tf.tidy(() => {
    const overlap = sumPerClass(magnitude(tf.mul(truth, probabilities)));
    const total = sumPerClass(tf.add(magnitude(truth), magnitude(probabilities)));
    const union = tf.add(tf.sub(total, overlap), SMOOTH + EPSILON);
    return tf.mul(tf.sub(1, tf.mean(tf.div(tf.add(overlap, SMOOTH), union))), scale);
  });
}

/** The absolute value with TensorFlow's gradient, which is 0 at 0; tfjs' `abs` has -1 there. */
function magnitude(x: Tensor): Tensor {
  return tf.mul(x, tf.sign(x));
}
