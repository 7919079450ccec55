import { backend_util, Concat, Slice, slice_util, SplitV, util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import type { Kernel } from "./kernel.js";

/** Joining and cutting arrays: tfjs does both voxel by voxel in JavaScript where channels are concerned. */
export function movementKernels(heap: Heap, stock: (name: string) => Kernel["kernelFunc"]): Kernel[] {
  const [stockConcat, stockSlice, stockSplit] = [stock(Concat), stock(Slice), stock(SplitV)];
  return [
    {
      kernelName: Concat,
      kernelFunc: (call) => {
        const tensors = Object.values(call.inputs as Record<string, TensorInfo>);
        if (tensors.some((tensor) => tensor.dtype !== "float32")) return stockConcat(call);
        const axis = util.parseAxisParam((call.attrs as unknown as { axis: number }).axis, tensors[0]!.shape)[0]!;
        return concat(heap, tensors.filter((tensor) => util.sizeFromShape(tensor.shape) > 0), axis, tensors[0]!);
      },
    },
    {
      kernelName: Slice,
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        const { begin, size } = call.attrs as unknown as { begin: number | number[]; size: number | number[] };
        const [from, sizes] = slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
        if (x.dtype !== "float32" || util.sizeFromShape(sizes) === 0 || x.shape.length === 0) return stockSlice(call);
        slice_util.assertParamsValid(x, from, sizes);
        return slice(heap, x, from, sizes);
      },
    },
    {
      kernelName: SplitV,
      kernelFunc: (call) => {
        const { x } = call.inputs as { x: TensorInfo };
        const { numOrSizeSplits, axis } = call.attrs as unknown as { numOrSizeSplits: number | number[]; axis: number };
        const along = util.parseAxisParam(axis, x.shape)[0]!;
        const lengths = backend_util.prepareSplitSize(x, numOrSizeSplits, along);
        if (x.dtype !== "float32" || lengths.includes(0)) return stockSplit(call);
        let start = 0;
        return lengths.map((length) => {
          const from = x.shape.map((_, i) => (i === along ? start : 0));
          start += length;
          return slice(heap, x, from, x.shape.with(along, length));
        });
      },
    },
  ];
}

function concat(heap: Heap, tensors: readonly TensorInfo[], axis: number, first: TensorInfo): TensorInfo {
  const length = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  const y = heap.output(first.shape.map((size, i) => (i === axis ? length : size)));
  const rows = util.sizeFromShape(first.shape.slice(0, axis));
  const inner = 4 * util.sizeFromShape(first.shape.slice(axis + 1));
  let to = heap.address(y);
  for (const tensor of tensors) {
    const bytes = tensor.shape[axis]! * inner;
    heap.kernels.copyRows(heap.address(tensor), to, rows, bytes, bytes, length * inner);
    to += bytes;
  }
  return y;
}

function slice(heap: Heap, x: TensorInfo, from: readonly number[], size: readonly number[]): TensorInfo {
  const y = heap.output(size);
  const steps = util.computeStrides([...x.shape, 1]);
  const offset = from.reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
  // Axes taken whole join the contiguous block behind them, or the axis before them.
  const axes: { size: number; step: number }[] = [];
  let block = 1;
  for (let axis = size.length - 1; axis >= 0; axis--) {
    const count = size[axis]!;
    const outer = axes[0];
    if (block === steps[axis]) block *= count;
    else if (outer !== undefined && outer.step * outer.size === steps[axis]) outer.size *= count;
    else axes.unshift({ size: count, step: steps[axis]! });
  }
  const rows = axes.pop() ?? { size: 1, step: block };
  const copy = (level: number, source: number, target: number): number => {
    const axis = axes[level];
    if (axis === undefined) {
      heap.kernels.copyRows(source, target, rows.size, 4 * block, 4 * rows.step, 4 * block);
      return target + 4 * rows.size * block;
    }
    for (let i = 0; i < axis.size; i++) target = copy(level + 1, source + 4 * i * axis.step, target);
    return target;
  };
  copy(0, heap.address(x) + 4 * offset, heap.address(y));
  return y;
}
