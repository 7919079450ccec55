import { KERNELS } from "@ssl3d/nn";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { ALGORITHM, ARGUMENT, BYTES, postOperandArgument } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { floatTypeOf, kernel, required, type Kernel } from "./kernel.js";
import { channelsLast, channelsSecond, denseStrides } from "./layouts.js";
import { maxPoolGradient } from "./max-pool.js";
import { blocksOf } from "./pooling-geometry.js";
import type { Pooling } from "./pooling-primitives.js";
import { repetitionPrimitive } from "./resampling-primitive.js";

interface Inputs {
  readonly x: TensorInfo;
  readonly y: TensorInfo;
  readonly dy: TensorInfo;
}

interface Attributes {
  readonly size: number;
  readonly ties: "first" | "all";
}

/** The gradient of pooling over windows that do not overlap. */
export function maxPoolGradientKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<Inputs, Attributes>(KERNELS.maxPoolGrad, (inputs, { size, ties }) => {
      const pooling = blocksOf("max", inputs.x.shape, floatTypeOf(backend.dataOf(inputs.x)), size);
      return ties === "first" ? maxPoolGradient(backend, pooling, inputs) : gradientOfAll(backend, pooling, size, inputs);
    }),
  ];
}

/** dy, repeated over its window, where x equals the window's maximum. */
function gradientOfAll(backend: OnednnBackend, pooling: Pooling, size: number, { x, y, dy }: Inputs): TensorInfo {
  const { runtime } = backend;
  const { type } = pooling;
  const covered = pooling.y.map((length, axis) => (axis === 0 || axis === pooling.y.length - 1 ? length : length * size));
  const dx = backend.output(pooling.x, type);
  if (covered.every((length, axis) => length === pooling.x[axis])) {
    repeatWhereEqual(backend, pooling, covered, { x: backend.dataOf(x).block(type), y, dy, dx: dx.data.block() });
    return dx.info;
  }
  // The library's fused comparison takes dense arrays only: the windows' part of x is copied out, and that of dx back.
  const part = runtime.layout(type, channelsSecond(covered), channelsSecond(denseStrides(pooling.x)));
  const whole = channelsLast(runtime, type, covered);
  const key = `${type}/${pooling.x.join()}/${size}`;
  const values = runtime.pool.allocate(bytesOf(covered, type));
  const gradient = runtime.pool.allocate(bytesOf(covered, type));
  runtime.reorder(backend.dataOf(x).block(type), part, values, whole, `windows out/${key}`);
  repeatWhereEqual(backend, pooling, covered, { x: values, y, dy, dx: gradient });
  new Uint8Array(dx.data.block().buffer).fill(0);
  runtime.reorder(gradient, whole, dx.data.block(), part, `windows back/${key}`);
  runtime.pool.release(values);
  runtime.pool.release(gradient);
  return dx.info;
}

interface Blocks {
  readonly x: Block;
  readonly y: TensorInfo;
  readonly dy: TensorInfo;
  readonly dx: Block;
}

/** The three steps are apart since the library's resampling computes wrong results with a comparison or product behind it. */
function repeatWhereEqual(backend: OnednnBackend, { type, y: small }: Pooling, large: readonly number[], { x, y, dy, dx }: Blocks): void {
  const { runtime } = backend;
  const from = channelsLast(runtime, type, small);
  const to = channelsLast(runtime, type, large);
  const key = `${type}/${small.join()}/${large.join()}`;
  const [maxima, gradients] = [y, dy].map((values) => {
    const repeated = runtime.pool.allocate(bytesOf(large, type));
    runtime.run(repetitionPrimitive(runtime, key, from, to), [
      [ARGUMENT.source, backend.dataOf(values).block(type)],
      [ARGUMENT.destination, repeated],
    ]);
    return repeated;
  }) as [Block, Block];
  const select = runtime.primitive(`gradient of maxima/${key}`, () => ({
    describe: (attributes) =>
      runtime.library.make("dnnl_binary_primitive_desc_create", runtime.engine, ALGORITHM.equal, to, to, to, attributes),
    postOperations: [{ kind: "binary", algorithm: ALGORITHM.mul, operand: to }],
  }));
  runtime.run(required(select, "comparison", key), [
    [ARGUMENT.source, maxima],
    [ARGUMENT.source1, x],
    [postOperandArgument(0), gradients],
    [ARGUMENT.destination, dx],
  ]);
  runtime.pool.release(maxima);
  runtime.pool.release(gradients);
}

function bytesOf(shape: readonly number[], type: Pooling["type"]): number {
  return util.sizeFromShape([...shape]) * BYTES[type];
}
