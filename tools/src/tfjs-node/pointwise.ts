import { createRandom } from "@ssl3d/core";
import { conv } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";

/** Paddings that a filter of one pixel may have; in 3D tfjs knows the first two. */
const PADS = ["same", "valid", 0, [[0, 0], [1, 2], [2, 0], [0, 0]] as [[number, number], [number, number], [number, number], [number, number]]] as const;

/**
 * Filter gradients of 1x1 filters with strides, for paddings, channel numbers and sizes with which TensorFlow's own kernel has been seen
 * to be wrong or to end the process, and others, against tfjs' cpu backend.
 */
export async function pointwiseFilterGradients(backend: string, tolerance: number): Promise<void> {
  for (const rank of [2, 3])
    for (const size of [8, 10, 13])
      for (const strides of [2, 3])
        for (const [input, output] of [[3, 5], [4, 8], [16, 16]] as const)
          for (const pad of PADS.slice(0, rank === 2 ? 4 : 2)) {
            const convolve = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
              typeof pad === "string" ? conv(x, filter, { strides, padding: pad }) : tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
            const gradient = async (engine: string): Promise<ArrayLike<number>> => {
              await tf.setBackend(engine);
              return tf.tidy(() => {
                const [x, filter] = [noise([2, ...cube(size, rank), input]), noise([...cube(1, rank), input, output])];
                const weigh = (y: tf.Tensor): tf.Tensor => tf.mul(y, noise(y.shape));
                return tf.grad((weights: tf.Tensor) => tf.sum(weigh(convolve(x, weights))))(filter).dataSync();
              });
            };
            const [expected, actual] = [await gradient("cpu"), await gradient(backend)];
            const largest = Math.max(...Array.from(expected, Math.abs));
            const gap = Math.max(...Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? NaN)))) / largest;
            const walk = `${rank}D, size ${size}, strides ${strides}, padding ${JSON.stringify(pad)}, ${input} to ${output} channels`;
            if (!(gap <= tolerance)) throw new Error(`${walk}: strays by ${gap.toExponential(1)}`);
          }
}

function cube(side: number, rank: number): number[] {
  return new Array<number>(rank).fill(side);
}

function noise(shape: number[]): tf.Tensor {
  const random = createRandom(shape.join());
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()), shape);
}
