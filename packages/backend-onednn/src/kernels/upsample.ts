import { KERNELS } from "@ssl3d/nn";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { ARGUMENT } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { floatTypeOf, kernel, type Kernel } from "./kernel.js";
import { channelsLast } from "./layouts.js";
import { blocksOf } from "./pooling-geometry.js";
import { poolingPrimitive } from "./pooling-primitives.js";
import { repetitionPrimitive } from "./resampling-primitive.js";

interface Attributes {
  readonly factor: number;
}

/** Nearest upsampling and its gradient. */
export function upsampleKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<{ x: TensorInfo }, Attributes>(KERNELS.upsampleNearest, ({ x }, { factor }) => repeat(backend, x, factor)),
    kernel<{ dy: TensorInfo }, Attributes>(KERNELS.upsampleNearestGrad, ({ dy }, { factor }) => sumRepeated(backend, dy, factor)),
  ];
}

function repeat(backend: OnednnBackend, x: TensorInfo, factor: number): TensorInfo {
  const { runtime } = backend;
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const y = backend.output(x.shape.map((size, axis) => (axis === 0 || axis === x.shape.length - 1 ? size : size * factor)), type);
  const key = `${type}/${x.shape.join()}/${y.info.shape.join()}`;
  runtime.run(repetitionPrimitive(runtime, key, channelsLast(runtime, type, x.shape), channelsLast(runtime, type, y.info.shape)), [
    [ARGUMENT.source, source.block(type)],
    [ARGUMENT.destination, y.data.block()],
  ]);
  return y.info;
}

/** Averages times their number: the library has no fast gradient of nearest upsampling. */
function sumRepeated(backend: OnednnBackend, dy: TensorInfo, factor: number): TensorInfo {
  const gradient = backend.dataOf(dy);
  const pooling = blocksOf("average", dy.shape, floatTypeOf(gradient), factor);
  const dx = backend.output(pooling.y, pooling.type);
  backend.runtime.run(poolingPrimitive(backend.runtime, pooling, false, factor ** pooling.window.length), [
    [ARGUMENT.source, gradient.block(pooling.type)],
    [ARGUMENT.destination, dx.data.block()],
  ]);
  return dx.info;
}
