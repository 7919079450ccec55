import { UPDATE_KERNELS, type AdamAttributes, type SgdAttributes } from "@ssl3d/core";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import { kernel, type Kernel } from "./kernel.js";

/** What an optimiser updates. */
interface Update {
  readonly weight: TensorInfo;
  readonly gradient: TensorInfo;
}

/** The optimisers' updates of one weight, each in one pass. */
export function updateKernels(heap: Heap): Kernel[] {
  return [
    kernel(UPDATE_KERNELS.adam, (inputs: Update & { m: TensorInfo; v: TensorInfo }, attributes: AdamAttributes) => {
      const { weight, gradient, m, v } = inputs;
      const { rate, beta1, beta2, epsilon, decay } = attributes;
      const results = [weight, m, v].map(({ shape }) => heap.output(shape));
      const pointers = [weight, gradient, m, v, ...results].map((tensor) => heap.address(tensor));
      heap.kernels.adamUpdate(...(pointers as AdamPointers), util.sizeFromShape(weight.shape), rate, 1 - beta1, 1 - beta2, epsilon, decay);
      return results;
    }),
    kernel(UPDATE_KERNELS.sgd, (inputs: Update & { velocity: TensorInfo }, attributes: SgdAttributes) => {
      const { weight, gradient, velocity } = inputs;
      const { learningRate, momentum, nesterov } = attributes;
      const results = [weight, velocity].map(({ shape }) => heap.output(shape));
      const pointers = [weight, gradient, velocity, ...results].map((tensor) => heap.address(tensor));
      heap.kernels.sgdUpdate(...(pointers as SgdPointers), util.sizeFromShape(weight.shape), learningRate, momentum, nesterov ? 1 : 0);
      return results;
    }),
  ];
}

type AdamPointers = [number, number, number, number, number, number, number];
type SgdPointers = [number, number, number, number, number];
