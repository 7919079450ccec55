import {
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  Conv3D,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { KERNELS } from "@ssl3d/nn";
import { convolutionFilterGradient, convolutionForward, convolutionInputGradient } from "../convolution.js";
import { convolutionOf, type ConvolutionAttributes } from "../geometry.js";
import type { Heap } from "../heap.js";
import { outputShapeOf } from "../geometry.js";
import { kernel, type Kernel } from "./kernel.js";

/** Convolutions of both ranks, their gradients, and the fused convolution of @ssl3d/nn. */
export function convolutionKernels(heap: Heap): Kernel[] {
  return [
    kernel(Conv3D, (inputs: { x: TensorInfo; filter: TensorInfo }, attributes: ConvolutionAttributes) => {
      const convolution = convolutionOf(inputs.x.shape, inputs.filter.shape, attributes);
      const y = heap.output(outputShapeOf(convolution, inputs.x.shape.length));
      convolutionForward(heap, convolution, inputs.x, inputs.filter, y);
      return y;
    }),
    kernel(KERNELS.convBias, (inputs: { x: TensorInfo; filter: TensorInfo; bias: TensorInfo }, attributes: ConvolutionAttributes & { activation: string }) => {
      const convolution = convolutionOf(inputs.x.shape, inputs.filter.shape, attributes);
      const y = heap.output(outputShapeOf(convolution, inputs.x.shape.length));
      convolutionForward(heap, convolution, inputs.x, inputs.filter, y, inputs.bias, attributes.activation === "relu");
      return [y];
    }),
    ...[Conv2DBackpropInput, Conv3DBackpropInputV2].map((name) =>
      kernel(name, (inputs: { dy: TensorInfo; filter: TensorInfo }, attributes: ConvolutionAttributes & { inputShape: number[] }) => {
        const convolution = convolutionOf(attributes.inputShape, inputs.filter.shape, attributes);
        const dx = heap.output(attributes.inputShape);
        convolutionInputGradient(heap, convolution, inputs.dy, inputs.filter, dx);
        return dx;
      }),
    ),
    ...[Conv2DBackpropFilter, Conv3DBackpropFilterV2].map((name) =>
      kernel(name, (inputs: { x: TensorInfo; dy: TensorInfo }, attributes: ConvolutionAttributes & { filterShape: number[] }) => {
        const convolution = convolutionOf(inputs.x.shape, attributes.filterShape, attributes);
        const dfilter = heap.output(attributes.filterShape);
        convolutionFilterGradient(heap, convolution, inputs.x, inputs.dy, dfilter);
        return dfilter;
      }),
    ),
  ];
}
