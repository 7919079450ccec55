import { KERNELS } from "@ssl3d/nn";
import {
  AvgPool,
  AvgPool3D,
  AvgPool3DGrad,
  AvgPoolGrad,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolGrad,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { outputShapeOf, poolingOf, windowsOf, type Convolution, type PoolingAttributes } from "../geometry.js";
import type { Heap } from "../heap.js";
import { writeWindows, GEOMETRY_BYTES } from "../pass.js";
import { kernel, type Kernel } from "./kernel.js";

interface GradInputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
  readonly output: TensorInfo;
}

/** Pooling and nearest upsampling in both ranks, forward and backward. (tfjs' MaxPool for images is fast already.) */
export function poolingKernels(heap: Heap): Kernel[] {
  return [
    kernel(MaxPool3D, ({ x }: { x: TensorInfo }, attributes: PoolingAttributes) => pool(heap, poolingOf(x.shape, attributes), x, true)),
    ...[AvgPool, AvgPool3D].map((name) =>
      kernel(name, ({ x }: { x: TensorInfo }, attributes: PoolingAttributes) => pool(heap, poolingOf(x.shape, attributes), x, false)),
    ),
    ...[AvgPoolGrad, AvgPool3DGrad].map((name) =>
      kernel(name, ({ dy, input }: GradInputs, attributes: PoolingAttributes) => {
        const windows = poolingOf(input.shape, attributes);
        const [depth, height, width] = windows.taps;
        return spread(heap, windows, dy, input.shape, 1 / (depth * height * width));
      }),
    ),
    ...[MaxPoolGrad, MaxPool3DGrad].map((name) =>
      kernel(name, ({ dy, input, output }: GradInputs, attributes: PoolingAttributes) =>
        maxPoolGradient(heap, poolingOf(input.shape, attributes), input, output, dy, false),
      ),
    ),
    kernel(KERNELS.maxPoolGrad, (inputs: { x: TensorInfo; y: TensorInfo; dy: TensorInfo }, { size, ties }: { size: number; ties: string }) => [
      maxPoolGradient(heap, windowsOf(inputs.x.shape, size), inputs.x, inputs.y, inputs.dy, ties === "all"),
    ]),
    kernel(KERNELS.upsampleNearest, ({ x }: { x: TensorInfo }, { factor }: { factor: number }) => {
      const shape = x.shape.map((size, axis) => (axis === 0 || axis === x.shape.length - 1 ? size : size * factor));
      return [spread(heap, windowsOf(shape, factor), x, shape, 1)];
    }),
    kernel(KERNELS.upsampleNearestGrad, ({ dy }: { dy: TensorInfo }, { factor }: { factor: number }) => [
      pool(heap, windowsOf(dy.shape, factor), dy, false, 1),
    ]),
  ];
}

/** Maximum, or sum times `scale` (by default the mean of the voxels inside), of every window. */
function pool(heap: Heap, windows: Convolution, x: TensorInfo, isMaximum: boolean, scale = 0): TensorInfo {
  const y = heap.output(outputShapeOf(windows, x.shape.length));
  withWindows(heap, windows, heap.address(x), heap.address(y), (geometry) => heap.kernels.pool(geometry, isMaximum ? 1 : 0, scale));
  return y;
}

function spread(heap: Heap, windows: Convolution, dy: TensorInfo, shape: readonly number[], scale: number): TensorInfo {
  const dx = heap.output(shape);
  heap.clear(dx);
  withWindows(heap, windows, heap.address(dx), heap.address(dy), (geometry) => heap.kernels.spreadWindows(geometry, scale));
  return dx;
}

function maxPoolGradient(heap: Heap, windows: Convolution, x: TensorInfo, y: TensorInfo, dy: TensorInfo, all: boolean): TensorInfo {
  const dx = heap.output(x.shape);
  heap.clear(dx);
  withWindows(heap, windows, heap.address(x), heap.address(y), (geometry) =>
    heap.kernels.maxPoolGradient(geometry, heap.address(dy), heap.address(dx), all ? 1 : 0),
  );
  return dx;
}

function withWindows(heap: Heap, windows: Convolution, large: number, small: number, use: (geometry: number) => void): void {
  heap.scratch(GEOMETRY_BYTES, (scratch) => {
    writeWindows(heap, scratch, windows, large, small);
    use(scratch);
  });
}
