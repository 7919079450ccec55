import { Conv2DBackpropFilter, getKernel, matMul, reshape, stridedSlice, tidy, type KernelFunc, type Tensor } from "@tensorflow/tfjs-core";
import { BACKEND_NAME, kernel, type Kernel, type TensorflowBackend } from "../tensorflow-backend.js";

interface Inputs {
  readonly x: Tensor;
  readonly dy: Tensor;
}

interface Attributes {
  readonly strides: number | readonly number[];
  readonly filterShape: readonly number[];
  readonly pad: "same" | "valid" | number;
}

/**
 * The filter gradient of image convolutions. TensorFlow with oneDNN (seen in 2.21) gives nonsense for filters of one pixel with strides, as in
 * the shortcuts of residual networks, for some numbers of channels; there it is a matrix product with the pixels that the filter meets.
 */
export function pointwiseFilterGradient(backend: TensorflowBackend): Kernel {
  const stock: KernelFunc = getKernel(Conv2DBackpropFilter, BACKEND_NAME).kernelFunc;
  return kernel(Conv2DBackpropFilter, ({ x, dy }: Inputs, attributes: Attributes) => {
    const { filterShape, pad } = attributes;
    const [height, width, inputs, outputs] = filterShape as [number, number, number, number];
    const [down, right] = typeof attributes.strides === "number" ? [attributes.strides, attributes.strides] : (attributes.strides as [number, number]);
    const isPointwise = height === 1 && width === 1 && typeof pad === "string";
    if (!isPointwise || (down === 1 && right === 1)) return stock({ inputs: { x, dy }, attrs: { ...attributes }, backend });
    return tidy(() => {
      const met = stridedSlice(x, [0, 0, 0, 0], x.shape, [1, down, right, 1]);
      return reshape(matMul(reshape(met, [-1, inputs]), reshape(dy, [-1, outputs]), true), [1, 1, inputs, outputs]);
    });
  });
}
