import { Cast, OneHot, UnsortedSegmentSum, util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import type { Kernel } from "./kernel.js";

interface OneHotAttributes {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype: string;
}

/**
 * What tfjs' wasm backend computes wrongly or lacks: it casts to bool by cutting numbers to a byte, writes whole numbers into a
 * one-hot of floats, and has no sum over segments, which is the gradient of gathering rows.
 */
export function stockRepairKernels(heap: Heap, stock: (name: string) => KernelFunc): Kernel[] {
  const [stockCast, stockOneHot] = [stock(Cast), stock(OneHot)];
  return [
    {
      kernelName: Cast,
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        const { dtype } = call.attrs as unknown as { dtype: string };
        if (dtype !== "bool" || x.dtype === "bool") return stockCast(call);
        const y = heap.output(x.shape, "bool");
        const [from, to] = [heap.values(x), heap.values(y)];
        for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1;
        return y;
      },
    },
    {
      kernelName: OneHot,
      kernelFunc: (call) => {
        const { indices } = call.inputs as { indices: TensorInfo };
        const { depth, onValue, offValue, dtype } = call.attrs as unknown as OneHotAttributes;
        if (dtype !== "float32") return stockOneHot(call);
        const y = heap.output([...indices.shape, depth]);
        const classes = heap.values(indices);
        const values = heap.floats(heap.address(y), classes.length * depth).fill(offValue);
        classes.forEach((index, i) => {
          if (index >= 0 && index < depth) values[i * depth + index] = onValue;
        });
        return y;
      },
    },
    {
      kernelName: UnsortedSegmentSum,
      kernelFunc: ({ inputs, attrs }) => {
        const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
        const { numSegments } = attrs as unknown as { numSegments: number };
        const y = heap.output([numSegments, ...x.shape.slice(segmentIds.shape.length)]);
        heap.clear(y);
        const ids = heap.values(segmentIds);
        const row = util.sizeFromShape(x.shape.slice(segmentIds.shape.length));
        const from = heap.floats(heap.address(x), ids.length * row);
        const to = heap.floats(heap.address(y), numSegments * row);
        ids.forEach((segment, i) => {
          if (segment < 0 || segment >= numSegments) return;
          for (let k = 0; k < row; k++) to[segment * row + k]! += from[i * row + k]!;
        });
        return y;
      },
    },
  ];
}
