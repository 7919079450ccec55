import {
  backend_util, Concat, Pack, PadV2, Slice, slice_util, SplitV, StridedSlice, Tile, Transpose, Unpack, util,
  type ConcatAttrs, type PackAttrs, type PadV2Attrs, type SliceAttrs, type SplitVAttrs, type StridedSliceAttrs, type TensorInfo,
  type TileAttrs, type TransposeAttrs, type UnpackAttrs,
} from "@tensorflow/tfjs-core";
import type { DataType } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import type { TensorData } from "../storage/tensor-data.js";
import { copyPart, type Part } from "./copy-part.js";
import { kernel, stock, type Kernel } from "./kernel.js";
import { denseStrides } from "./layouts.js";
import { commonStoredType, paysNatively, storedTypeOf } from "./stored-type.js";

/** Kernels that move values without computing: joining, cutting, padding, repeating and transposing. They keep the stored type. */
export function movementKernels(backend: OnednnBackend): Kernel[] {
  return [...joiningKernels(backend), ...cuttingKernels(backend), ...rearrangingKernels(backend)];
}

function joiningKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<TensorInfo[], ConcatAttrs>(Concat, (inputs, { axis }) => {
      const $axis = util.parseAxisParam(axis, inputs[0]!.shape)[0]!;
      const tensors = inputs.filter(({ shape }) => util.sizeFromShape(shape) > 0);
      const shape = backend_util.computeOutShape(inputs.map((input) => input.shape), $axis);
      if (tensors.length < 2 || !isOne(tensors, shape)) return stock(Concat, backend)(inputs as never, { axis });
      return concat(backend, tensors, shape, $axis);
    }),
    kernel<TensorInfo[], PackAttrs>(Pack, (inputs, { axis }) => {
      const [{ shape }] = inputs as [TensorInfo];
      const $axis = axis < 0 ? axis + shape.length + 1 : axis;
      const packed = [...shape.slice(0, $axis), inputs.length, ...shape.slice($axis)];
      if (inputs.length < 2 || !isOne(inputs, packed)) return stock(Pack, backend)(inputs as never, { axis });
      const unit = [...shape.slice(0, $axis), 1, ...shape.slice($axis)];
      return concat(backend, inputs.map((input) => ({ ...input, shape: unit })), packed, $axis);
    }),
  ];
}

/** Whether tensors of one type make a result that is worth a native call. */
function isOne(tensors: readonly TensorInfo[], shape: number[]): boolean {
  return tensors.every(({ dtype }) => dtype === tensors[0]?.dtype && paysNatively({ dtype, shape }));
}

function concat(backend: OnednnBackend, tensors: readonly TensorInfo[], shape: number[], axis: number): TensorInfo {
  const result = backend.output(shape, commonStoredType(backend, tensors));
  const strides = denseStrides(shape);
  let offset = 0;
  for (const { shape: sizes, dataId } of tensors) {
    const data = backend.dataOf({ dataId } as TensorInfo);
    copyPart(backend.runtime, sizes, whole(data, sizes), { ...whole(result.data, shape), offset });
    offset += (sizes[axis] as number) * (strides[axis] as number);
  }
  return result.info;
}

function cuttingKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<{ x: TensorInfo }, SplitVAttrs>(SplitV, ({ x }, attributes) => {
      if (!paysNatively(x)) return stock(SplitV, backend)({ x }, attributes);
      const axis = util.parseAxisParam(attributes.axis, x.shape)[0]!;
      const begin = new Array<number>(x.shape.length).fill(0);
      return backend_util.prepareSplitSize(x, attributes.numOrSizeSplits, axis).map((length) => {
        const part = cut(backend, x, begin, x.shape.with(axis, length));
        begin[axis]! += length;
        return part;
      });
    }),
    kernel<{ value: TensorInfo }, UnpackAttrs>(Unpack, ({ value }, { axis }) => {
      if (!paysNatively(value)) return stock(Unpack, backend)({ value }, { axis });
      const $axis = axis < 0 ? axis + value.shape.length : axis;
      const sizes = value.shape.with($axis, 1);
      const shape = value.shape.toSpliced($axis, 1);
      return Array.from({ length: value.shape[$axis]! }, (_, index) => {
        return { ...cut(backend, value, value.shape.map((_size, at) => (at === $axis ? index : 0)), sizes), shape };
      });
    }),
    kernel<{ x: TensorInfo }, SliceAttrs>(Slice, ({ x }, attributes) => {
      const [begin, size] = slice_util.parseSliceParams(x, attributes.begin, attributes.size) as [number[], number[]];
      slice_util.assertParamsValid(x, begin, size);
      return paysNatively({ ...x, shape: size }) ? cut(backend, x, begin, size) : stock(Slice, backend)({ x }, attributes);
    }),
    kernel<{ x: TensorInfo }, StridedSliceAttrs>(StridedSlice, ({ x }, attributes) => {
      const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
      const info = slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
      const { begin: first = [], end: last = [], strides: steps = [] } = info as Partial<typeof info>;
      const isForward = !info.isIdentity && steps.every((step) => step > 0);
      if (!isForward || !paysNatively({ ...x, shape: info.finalShape })) return stock(StridedSlice, backend)({ x }, attributes);
      const sizes = first.map((from, axis) => Math.ceil((last[axis]! - from) / steps[axis]!));
      return { ...cut(backend, x, first, sizes, steps), shape: info.finalShape };
    }),
  ];
}

/** A copy of a region; every `steps`-th value of each axis. */
function cut(backend: OnednnBackend, x: TensorInfo, begin: readonly number[], sizes: number[], steps?: readonly number[]): TensorInfo {
  const data = backend.dataOf(x);
  const result = backend.output(sizes, storedTypeOf(x, data));
  const from = whole(data, x.shape);
  const offset = begin.reduce((sum, first, axis) => sum + first * from.strides[axis]!, 0);
  const strides = from.strides.map((stride, axis) => stride * (steps?.[axis] ?? 1));
  copyPart(backend.runtime, sizes, { ...from, offset, strides }, whole(result.data, sizes));
  return result.info;
}

function rearrangingKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<{ x: TensorInfo }, PadV2Attrs>(PadV2, ({ x }, attributes) => {
      const { paddings, constantValue } = attributes;
      const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
      if (!paysNatively({ ...x, shape }) || constantValue !== 0) return stock(PadV2, backend)({ x }, attributes);
      const data = backend.dataOf(x);
      const result = backend.output(shape, storedTypeOf(x, data));
      new Uint8Array(result.data.block().buffer).fill(0);
      const to = whole(result.data, shape);
      const offset = to.strides.reduce((sum, stride, axis) => sum + stride * paddings[axis]![0], 0);
      copyPart(backend.runtime, x.shape, whole(data, x.shape), { ...to, offset });
      return result.info;
    }),
    kernel<{ x: TensorInfo }, TileAttrs>(Tile, ({ x }, { reps }) => {
      const shape = x.shape.map((size, axis) => size * reps[axis]!);
      if (!paysNatively({ ...x, shape })) return stock(Tile, backend)({ x }, { reps });
      const data = backend.dataOf(x);
      const result = backend.output(shape, storedTypeOf(x, data));
      // Every axis becomes two: its repetitions, which do not advance in x, and itself.
      const sizes = x.shape.flatMap((size, axis) => [reps[axis]!, size]);
      const [from, to] = [whole(data, x.shape), whole(result.data, shape)];
      const strides = from.strides.flatMap((stride) => [0, stride]);
      copyPart(backend.runtime, sizes, { ...from, strides }, { ...to, strides: to.strides.flatMap((stride, axis) => [stride * x.shape[axis]!, stride]) });
      return result.info;
    }),
    kernel<{ x: TensorInfo }, TransposeAttrs>(Transpose, ({ x }, { perm }) => {
      if (!paysNatively(x)) return stock(Transpose, backend)({ x }, { perm });
      const data = backend.dataOf(x);
      const permuted = <Value>(axes: readonly Value[]): Value[] => perm.map((axis) => axes[axis]!);
      const shape = permuted(x.shape);
      const result = backend.output(shape, storedTypeOf(x, data));
      const from = whole(data, x.shape);
      copyPart(backend.runtime, shape, { ...from, strides: permuted(from.strides) }, whole(result.data, shape));
      return result.info;
    }),
  ];
}

function whole(data: TensorData, shape: readonly number[]): Part {
  const type: DataType = data.stored;
  return { block: data.block(), type, offset: 0, strides: denseStrides(shape) };
}
