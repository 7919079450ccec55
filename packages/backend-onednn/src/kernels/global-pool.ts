import { Max, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { ARGUMENT } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { floatTypeOf, kernel, stock, type Kernel } from "./kernel.js";
import { poolingPrimitive, type Pooling } from "./pooling-primitives.js";

interface Attributes {
  readonly reductionIndices: number | number[];
  readonly keepDims?: boolean;
}

/** Values below which tfjs' own loop is as fast as a native call. */
const SMALL = 1024;

/** The maximum over all voxels: tfjs' Max over the middle axes of [batch, ...voxels, channels]; over others it is tfjs' own. */
export function globalPoolKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<{ x: TensorInfo }, Attributes>(Max, ({ x }, attributes) => {
      const axes = util.parseAxisParam(attributes.reductionIndices, x.shape).sort((a, b) => a - b);
      const isMiddle = x.shape.length > 2 && axes.length === x.shape.length - 2 && axes.every((axis, i) => axis === i + 1);
      const length = util.sizeFromShape(x.shape);
      if (!isMiddle || x.dtype !== "float32" || length < SMALL) return stock(Max, backend)({ x }, attributes);
      const maxima = globalMaximum(backend, x);
      const [batch, channels] = [x.shape[0] as number, x.shape[x.shape.length - 1] as number];
      return attributes.keepDims === true ? { ...maxima, shape: [batch, ...axes.map(() => 1), channels] } : maxima;
    }),
  ];
}

/** The library passes over NaN when it looks for a maximum; averages tell where there was one. */
function globalMaximum(backend: OnednnBackend, x: TensorInfo): TensorInfo {
  const [maxima, averages] = [pool(backend, "max", x), pool(backend, "average", x)];
  const isLost = Array.from(backend.dataOf(averages).values as Float32Array, Number.isNaN);
  backend.disposeIntermediateTensorInfo(averages);
  if (!isLost.includes(true)) return maxima;
  const values = (backend.dataOf(maxima).values as Float32Array).map((maximum, i) => (isLost[i] === true ? NaN : maximum));
  backend.disposeIntermediateTensorInfo(maxima);
  return backend.makeTensorInfo(maxima.shape, "float32", values);
}

/** [batch, channels], in two passes, so that one example's voxels can be shared among threads. */
function pool(backend: OnednnBackend, kind: Pooling["kind"], x: TensorInfo): TensorInfo {
  const { runtime } = backend;
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const [batch, channels] = [x.shape[0] as number, x.shape[x.shape.length - 1] as number];
  const voxels = util.sizeFromShape(x.shape) / (batch * channels);
  const row = divisorNear(voxels);
  const none = [0, 0];
  const walk = { kind, type, before: none, after: none };
  const rows = { ...walk, x: [batch, 1, voxels, channels], y: [batch, 1, voxels / row, channels], window: [1, row], strides: [1, row] };
  const rest = { ...walk, x: rows.y, y: [batch, 1, 1, channels], window: [1, voxels / row], strides: [1, 1] };
  const partial = poolingPrimitive(runtime, rows, false);
  const results = runtime.pool.allocate(partial.bytesOf(ARGUMENT.destination));
  runtime.run(partial, [[ARGUMENT.source, source.block(type)], [ARGUMENT.destination, results]]);
  const y = backend.output([batch, channels], type);
  runtime.run(poolingPrimitive(runtime, rest, false), [[ARGUMENT.source, results], [ARGUMENT.destination, y.data.block()]]);
  runtime.pool.release(results);
  return y.info;
}

/** The largest divisor that is not above the square root. */
function divisorNear(count: number): number {
  let divisor = Math.floor(Math.sqrt(count));
  while (count % divisor !== 0) divisor--;
  return divisor;
}
