import { batchToSpaceND, Conv3D, getKernel, spaceToBatchND, tidy, type KernelFunc, type Tensor } from "@tensorflow/tfjs-core";
import { BACKEND_NAME, kernel, type Kernel, type TensorflowBackend } from "../tensorflow-backend.js";

interface Inputs {
  readonly x: Tensor;
  readonly filter: Tensor;
}

interface Attributes {
  readonly strides: number | readonly number[];
  readonly pad: "same" | "valid";
  readonly dilations: number | readonly number[];
}

/**
 * The convolution of volumes, for which TensorFlow knows no dilation on the processor: voxels that a dilated filter sees together are
 * brought together into volumes of their own, convolved without dilation and put back.
 */
export function dilatedConvolution(backend: TensorflowBackend): Kernel {
  const stock: KernelFunc = getKernel(Conv3D, BACKEND_NAME).kernelFunc;
  const convolve = (x: Tensor, filter: Tensor, attributes: Attributes): Tensor =>
    stock({ inputs: { x, filter }, attrs: { ...attributes }, backend }) as Tensor;
  return kernel(Conv3D, ({ x, filter }: Inputs, attributes: Attributes) => {
    const { pad } = attributes;
    const dilations = typeof attributes.dilations === "number" ? [1, 1, 1].fill(attributes.dilations) : [...attributes.dilations];
    if (dilations.every((dilation) => dilation === 1)) return convolve(x, filter, attributes);
    const paddings: [number, number][] = [];
    const crops: [number, number][] = [];
    dilations.forEach((dilation, axis) => {
      const margin = pad === "same" ? ((filter.shape[axis] as number) - 1) * dilation : 0;
      const before = Math.floor(margin / 2);
      // Every volume of its own has as many voxels.
      const surplus = (dilation - (((x.shape[axis + 1] as number) + margin) % dilation)) % dilation;
      paddings.push([before, margin - before + surplus]);
      crops.push([0, surplus]);
    });
    return tidy(() => {
      const apart = spaceToBatchND(x, dilations, paddings);
      return batchToSpaceND(convolve(apart, filter, { ...attributes, pad: "valid", dilations: [1, 1, 1] }), dilations, crops);
    });
  });
}
