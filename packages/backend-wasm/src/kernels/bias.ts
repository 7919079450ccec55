import { KERNELS } from "@ssl3d/nn";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { sumPerChannel } from "../channels.js";
import type { Heap } from "../heap.js";
import { kernel, type Kernel } from "./kernel.js";

/** What a bias and a ReLU receive backward, and dropout. */
export function biasKernels(heap: Heap): Kernel[] {
  return [
    kernel(KERNELS.biasGrad, ({ dy }: { dy: TensorInfo }) => [biasGradient(heap, dy)]),
    kernel(KERNELS.reluBiasGrad, ({ dy, y }: { dy: TensorInfo; y: TensorInfo }) => {
      const dz = heap.output(dy.shape);
      heap.kernels.maskPositive(heap.address(dy), heap.address(y), heap.address(dz), util.sizeFromShape(dy.shape));
      return [dz, biasGradient(heap, dz)];
    }),
    kernel(KERNELS.dropout, ({ x }: { x: TensorInfo }, { rate, seed }: { rate: number; seed: number }) => {
      const y = heap.output(x.shape);
      const size = util.sizeFromShape(x.shape);
      heap.kernels.dropout(heap.address(x), heap.address(y), size, seed | 0, Math.round(rate * 65536), 1 / (1 - rate));
      return [y];
    }),
  ];
}

function biasGradient(heap: Heap, dy: TensorInfo): TensorInfo {
  const channels = dy.shape[dy.shape.length - 1]!;
  const sum = heap.output([channels]);
  sumPerChannel(heap, heap.address(dy), util.sizeFromShape(dy.shape) / channels, channels, heap.address(sum));
  return sum;
}
