import { backend_util, Mean, Sum, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { sumPerChannel } from "../channels.js";
import type { Heap } from "../heap.js";
import type { Kernel } from "./kernel.js";

/** Sums and means over neighbouring axes; tfjs transposes the array unless they are the last. */
export function reductionKernels(heap: Heap, stock: (name: string) => Kernel["kernelFunc"]): Kernel[] {
  return [Sum, Mean].map((kernelName) => {
    const fallback = stock(kernelName);
    return {
      kernelName,
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims: boolean };
        const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
        const first = axes[0];
        const areNeighbours = axes.every((value, i) => value === axes[0]! + i);
        if (first === undefined || x.dtype !== "float32" || util.sizeFromShape(x.shape) === 0 || !areNeighbours) return fallback(call);
        const behind = x.shape.slice(first + axes.length);
        const [outer, inner] = [util.sizeFromShape(x.shape.slice(0, first)), util.sizeFromShape(behind)];
        const count = util.sizeFromShape(x.shape) / outer / inner;
        const kept = [...x.shape.slice(0, first), ...behind];
        const sums = heap.output(keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept);
        if (inner === 1) heap.kernels.rowSums(heap.address(x), outer, count, heap.address(sums));
        else for (let i = 0; i < outer; i++) sumPerChannel(heap, heap.address(x) + 4 * i * count * inner, count, inner, heap.address(sums) + 4 * i * inner);
        if (kernelName === Mean) {
          const values = heap.floats(heap.address(sums), outer * inner);
          for (let i = 0; i < values.length; i++) values[i]! /= count;
        }
        return sums;
      },
    };
  });
}
