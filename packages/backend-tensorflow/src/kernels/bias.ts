import { KERNELS } from "@ssl3d/nn";
import type { Tensor } from "@tensorflow/tfjs-core";
import { kernel, type Kernel, type Operations } from "../tensorflow-backend.js";

/** What a bias and the ReLU behind it pass back. */
export function biasKernels(tensorflow: Operations): Kernel[] {
  const sumPerChannel = (dy: Tensor): Tensor => tensorflow.one("BiasAddGrad", [dy]);
  return [
    kernel(KERNELS.biasGrad, ({ dy }: { dy: Tensor }) => sumPerChannel(dy)),
    kernel(KERNELS.reluBiasGrad, ({ dy, y }: { dy: Tensor; y: Tensor }) => {
      const dz = tensorflow.one("ReluGrad", [dy, y]);
      return [dz, sumPerChannel(dz)];
    }),
  ];
}
