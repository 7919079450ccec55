import { createRandom } from "@ssl3d/core";
import { conv } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Filter gradients of 1x1 filters with strides, for channel numbers and sizes with which TensorFlow's own kernel has been seen
 * to be wrong and others, against tfjs' cpu backend.
 */
export async function pointwiseFilterGradients(backend: string, tolerance: number): Promise<void> {
  for (const rank of [2, 3])
    for (const size of [8, 10, 13])
      for (const strides of [2, 3])
        for (const [input, output] of [[3, 5], [4, 8], [16, 16]] as const) {
          const gradient = async (engine: string): Promise<ArrayLike<number>> => {
            await tf.setBackend(engine);
            return tf.tidy(() => {
              const [x, filter] = [noise([2, ...cube(size, rank), input]), noise([...cube(1, rank), input, output])];
              const dy = noise([2, ...cube(Math.ceil(size / strides), rank), output]);
              return tf.grad((weights: tf.Tensor) => tf.sum(tf.mul(conv(x, weights, { strides }), dy)))(filter).dataSync();
            });
          };
          const [expected, actual] = [await gradient("cpu"), await gradient(backend)];
          const largest = Math.max(...Array.from(expected, Math.abs));
          const gap = Math.max(...Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? NaN)))) / largest;
          if (!(gap <= tolerance)) throw new Error(`${rank}D, size ${size}, strides ${strides}, ${input} to ${output} channels: strays by ${gap.toExponential(1)}`);
        }
}

function cube(side: number, rank: number): number[] {
  return new Array<number>(rank).fill(side);
}

function noise(shape: number[]): tf.Tensor {
  const random = createRandom(shape.join());
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()), shape);
}
