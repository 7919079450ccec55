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
 * What an element may stray by in one step of Adam, which moves every weight by about the learning rate in the direction
 * of its gradient's sign: twice that where the gradient is so small that rounding decides the sign, else nothing.
 */
export function undecidedUpdates(step: GoldenStep, gradients: ArrayLike<number>, tolerance: number): Float32Array {
  const { adam_lr: learningRate } = step.optimizer;
  const slack = new Float32Array(gradients.length);
  let offset = 0;
  for (const { variable } of step.trained) {
    const magnitudes = Array.from({ length: variable.size }, (_, i) => Math.abs(gradients[offset + i] as number));
    const limit = tolerance * magnitudes.reduce((largest, magnitude) => Math.max(largest, magnitude), 0);
    magnitudes.forEach((magnitude, i) => (slack[offset + i] = magnitude <= limit ? 2 * learningRate : 0));
    offset += variable.size;
  }
  return slack;
}
