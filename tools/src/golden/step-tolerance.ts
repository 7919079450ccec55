import { createRandom, type Batch } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import { TOLERANCE } from "./compare.js";
import type { GoldenStep, NamedTensor } from "./golden-step.js";
import { assignFlat } from "./keras-weights.js";

/**
 * The usual tolerance, or four times as much as the gradients move when every weight moves by up to one rounding of
 * float32: closer than that no two implementations agree, were they both right. Batch normalisation over four examples
 * in a classifier's head is as sensitive as that. Never more than fifty times the usual.
 */
export function stepTolerance(step: GoldenStep, batch: Batch): number {
  const before = step.gradients(batch).gradients;
  const weights = step.trained.map(({ variable }) => variable.dataSync().slice());
  let largest = 0;
  for (let draw = 0; draw < 3; draw++) {
    const random = createRandom("one rounding").split(draw);
    step.trained.forEach((weight, index) => {
      assignFlat([weight], (weights[index] as Float32Array).map((value) => value * (1 + random.uniform(-1, 1) * 2 ** -23)));
    });
    const after = step.gradients(batch).gradients;
    before.forEach(({ variable }, index) => {
      const movement = tf.tidy(() => {
        const moved = tf.max(tf.abs(tf.sub(variable, (after[index] as NamedTensor).variable)));
        return tf.div(moved, tf.maximum(tf.max(tf.abs(variable)), 1e-30)).dataSync()[0] as number;
      });
      largest = Math.max(largest, movement);
    });
    tf.dispose(after.map(({ variable }) => variable));
  }
  tf.dispose(before.map(({ variable }) => variable));
  return Math.min(Math.max(TOLERANCE, 4 * largest), 50 * TOLERANCE);
}

/**
 * What an element may stray by in one step of Adam. The first step moves a weight by the learning rate times g / (|g| + epsilon): where
 * the gradient g is small, what its tensor's gradient may differ by at this tolerance decides how far, or which way.
 */
export function undecidedUpdates(step: GoldenStep, gradients: ArrayLike<number>, tolerance: number): Float32Array {
  const { adam_lr: learningRate, beta2, epsilon, clipnorm, clipvalue } = step.optimizer;
  // Keras adds epsilon to the root of the second moment before its bias is corrected
  const update = (g: number): number => (learningRate * g) / (Math.abs(g) + epsilon / Math.sqrt(1 - beta2));
  const slack = new Float32Array(gradients.length);
  let offset = 0;
  for (const { variable } of step.trained) {
    const limit = clipvalue ?? Infinity;
    const values = Array.from({ length: variable.size }, (_, i) => Math.min(limit, Math.max(-limit, gradients[offset + i] as number)));
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const scale = clipnorm === null || norm <= clipnorm ? 1 : clipnorm / norm;
    const error = tolerance * scale * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    values.forEach((value, i) => {
      const g = value * scale;
      slack[offset + i] = Math.max(update(g + error) - update(g), update(g) - update(g - error));
    });
    offset += variable.size;
  }
  return slack;
}
