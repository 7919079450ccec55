import { createRandom } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** A tensor of independent standard normal numbers that depends only on the label. */
export function randomTensor(label: string, shape: readonly number[]): Tensor {
  const random = createRandom(`test/${label}`);
  return tf.tensor(Float32Array.from({ length: product(shape) }, () => random.normal()), [...shape]);
}

/** A tensor of distinct numbers, at least 0.25 apart and at least 0.125 from zero: no kink within reach of a small step. */
export function spacedTensor(label: string, shape: readonly number[]): Tensor {
  const length = product(shape);
  const order = createRandom(`test/${label}`).shuffle(Array.from({ length }, (_, i) => i));
  return tf.tensor(Float32Array.from(order, (place) => (place - Math.floor(length / 2)) * 0.25 + 0.125), [...shape]);
}

/**
 * Largest difference between the gradients of a random projection of `f` and central differences along random directions,
 * relative to the largest derivative seen for that input. `step` is the length of a step; 1 is exact where `f` is linear
 * in each input.
 */
export function gradientError(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], step: number): number {
  return tf.tidy(() => {
    const projection = randomTensor("projection", f(...inputs).shape).dataSync();
    const project = (...at: Tensor[]): number => tf.tidy(() => dot(f(...at).dataSync(), projection));
    const gradients = tf.grads((...at: Tensor[]) => {
      const y = f(...at);
      return tf.sum(tf.mul(y, tf.tensor(projection, y.shape)));
    })([...inputs]);
    const errors = inputs.map((input, i) => {
      let [worst, scale] = [0, 1e-6];
      for (let k = 0; k < 8; k++) {
        const direction = randomTensor(`direction${i}-${k}`, input.shape);
        const along = (sign: number): number =>
          project(...inputs.map((other, j) => (j === i ? tf.add(input, tf.mul(direction, sign * step)) : other)));
        const expected = (along(1) - along(-1)) / (2 * step);
        const received = dot((gradients[i] as Tensor).dataSync(), direction.dataSync());
        worst = Math.max(worst, Math.abs(expected - received));
        scale = Math.max(scale, Math.abs(expected));
      }
      return worst / scale;
    });
    return Math.max(...errors);
  });
}

/** Sum of products, in double precision. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Largest absolute difference. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

/** Every index of an array of the given shape, in C order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  for (let flat = 0; flat < product(shape); flat++) {
    let rest = flat;
    yield shape
      .map((_, axis) => {
        const after = product(shape.slice(axis + 1));
        const index = Math.floor(rest / after);
        rest %= after;
        return index;
      });
  }
}

/** Position of an index in C order. */
export function flatIndex(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * (shape[axis] as number) + i, 0);
}

/** Product of the sizes. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
