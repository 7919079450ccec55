import { KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { KernelConfig, Tensor } from "@tensorflow/tfjs-core";

/** TensorFlow's CPU kernel takes what is nearer than this to a window's maximum for a maximum too, in volumes. */
const NEAR = 1e-5;

/** The gradient of max pooling over windows that do not overlap: "all" as TensorFlow's for volumes, "first" as its for images. */
export const tiedMaxima: KernelConfig = {
  kernelName: KERNELS.maxPoolGrad,
  backendName: "cpu",
  kernelFunc: ({ inputs, attrs }) => {
    const { x, y, dy } = inputs as unknown as { x: Tensor; y: Tensor; dy: Tensor };
    const { size, ties } = attrs as unknown as { size: number; ties: "first" | "all" };
    const read = ({ dataId }: Tensor): Float32Array => tf.backend().readSync(dataId) as Float32Array;
    const [values, maxima, gradients] = [read(x), read(y), read(dy)];
    const result = new Float32Array(values.length);
    const taken = new Uint8Array(maxima.length);
    for (let i = 0; i < values.length; i++) {
      const window = windowOf(i, x.shape, y.shape, size);
      if (window < 0) continue;
      const below = maxima[window]! - values[i]!;
      if (ties === "all" ? below >= NEAR : below !== 0 || taken[window] === 1) continue;
      result[i] = gradients[window]!;
      taken[window] = 1;
    }
    return { dataId: tf.backend().write(result, x.shape, "float32"), shape: x.shape, dtype: "float32" };
  },
};

/** Where the output of a voxel's window lies; -1 for one behind the last whole window. */
function windowOf(index: number, shape: readonly number[], pooled: readonly number[], size: number): number {
  let rest = index;
  let window = 0;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const place = rest % shape[axis]!;
    rest = (rest - place) / shape[axis]!;
    const spatial = axis > 0 && axis < shape.length - 1;
    const to = spatial ? Math.floor(place / size) : place;
    if (to >= pooled[axis]!) return -1;
    window += to * stride;
    stride *= pooled[axis]!;
  }
  return window;
}
