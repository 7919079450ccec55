import { backend_util, Conv2DBackpropFilter, getKernel, matMul, pad, reshape, stridedSlice, tidy, type KernelFunc, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core";
import { BACKEND_NAME, kernel, type Kernel, type TensorflowBackend } from "../tensorflow-backend.js";

interface Inputs {
  readonly x: Tensor4D;
  readonly dy: Tensor;
}

interface Attributes {
  readonly strides: number | [height: number, width: number];
  readonly filterShape: [height: number, width: number, inputs: number, outputs: number];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * The filter gradient of image convolutions. TensorFlow with oneDNN (seen in 2.21) gives nonsense for filters of one pixel with strides, as in
 * the shortcuts of residual networks, for some numbers of channels, and writes where it must not, which can end the process; there it is a
 * matrix product with the pixels that the filter meets.
 */
export function pointwiseFilterGradient(backend: TensorflowBackend): Kernel {
  const stock: KernelFunc = getKernel(Conv2DBackpropFilter, BACKEND_NAME).kernelFunc;
  return kernel(Conv2DBackpropFilter, ({ x, dy }: Inputs, attributes: Attributes) => {
    const { filterShape, strides, dimRoundingMode } = attributes;
    const [height, width, inputs, outputs] = filterShape;
    const [down, right] = typeof strides === "number" ? [strides, strides] : strides;
    const isPointwise = height === 1 && width === 1;
    if (!isPointwise || (down === 1 && right === 1)) return stock({ inputs: { x, dy }, attrs: { ...attributes }, backend });
    const { top, bottom, left, right: end } = backend_util.computeConv2DInfo(x.shape, filterShape, [down, right], 1, attributes.pad, dimRoundingMode).padInfo;
    return tidy(() => {
      const padded = pad(x, [[0, 0], [top, bottom], [left, end], [0, 0]]);
      const met = stridedSlice(padded, [0, 0, 0, 0], padded.shape, [1, down, right, 1]);
      return reshape(matMul(reshape(met, [-1, inputs]), reshape(dy, [-1, outputs]), true), filterShape);
    });
  });
}
