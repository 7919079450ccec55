import { Add, Identity, util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import type { Kernel } from "./kernel.js";

/** Everyday operations that tfjs does in a roundabout way: copies without need, and a value per channel added with index arithmetic for every voxel. */
export function stockDetourKernels(heap: Heap, stock: (name: string) => KernelFunc): Kernel[] {
  const [stockIdentity, stockAdd] = [stock(Identity), stock(Add)];
  return [
    {
      kernelName: Identity,
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        return x.dtype === "string" ? stockIdentity(call) : heap.share(x);
      },
    },
    {
      kernelName: Add,
      kernelFunc: (call) => {
        const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
        const channels = a.shape[a.shape.length - 1]!;
        const isPerChannel = b.shape.length === 1 && b.shape[0] === channels && a.shape.length > 1;
        if (!isPerChannel || a.dtype !== "float32" || b.dtype !== "float32") return stockAdd(call);
        const y = heap.output(a.shape);
        heap.scratch(4 * channels, (ones) => {
          heap.floats(ones, channels).fill(1);
          const rows = util.sizeFromShape(a.shape) / Math.max(channels, 1);
          heap.kernels.scaleChannels(heap.address(a), ones, heap.address(b), heap.address(y), rows, channels);
        });
        return y;
      },
    },
  ];
}
