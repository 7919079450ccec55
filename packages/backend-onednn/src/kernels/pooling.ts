import { AvgPool, AvgPool3D, AvgPool3DGrad, AvgPoolGrad, MaxPool, MaxPool3D, MaxPool3DGrad, MaxPoolGrad, type TensorInfo } from "@tensorflow/tfjs-core";
import { ARGUMENT } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { floatTypeOf, kernel, stock, type Kernel } from "./kernel.js";
import { maxPool, maxPoolGradient } from "./max-pool.js";
import { poolingOf, type PoolingAttributes } from "./pooling-geometry.js";
import { poolingGradientPrimitive, poolingPrimitive, type Pooling } from "./pooling-primitives.js";

interface MaxPoolGradInputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
  readonly output: TensorInfo;
}

/**
 * tfjs' pooling in 2D and 3D, with its gradients. Of voxels that share a window's maximum the first in C order has its
 * gradient; in 3D tfjs' own kernel gives it to the last. Both pass over NaN when they look for a maximum; of a window of NaN
 * or -Infinity alone it is the lowest float32 here, -Infinity there. To find NaN would take a second pass over the input.
 */
export function poolingKernels(backend: OnednnBackend): Kernel[] {
  return [
    ...[MaxPool, MaxPool3D].map((name) => poolKernel(backend, name, "max", maxPool)),
    ...[AvgPool, AvgPool3D].map((name) => poolKernel(backend, name, "averageWithoutPadding", averagePool)),
    ...[MaxPoolGrad, MaxPool3DGrad].map((name) =>
      kernel<MaxPoolGradInputs, PoolingAttributes>(name, (inputs, attributes) => {
        const pooling = poolingOf("max", inputs.input, floatTypeOf(backend.dataOf(inputs.input)), attributes);
        if (pooling === undefined) return stock(name, backend)({ ...inputs }, attributes);
        return maxPoolGradient(backend, pooling, { x: inputs.input, y: inputs.output, dy: inputs.dy });
      }),
    ),
    ...[AvgPoolGrad, AvgPool3DGrad].map((name) =>
      kernel<{ dy: TensorInfo; input: TensorInfo }, PoolingAttributes>(name, (inputs, attributes) => {
        // tfjs divides by all of the window here, even where padding is left out of the average.
        const pooling = poolingOf("average", inputs.input, floatTypeOf(backend.dataOf(inputs.input)), attributes);
        return pooling === undefined ? stock(name, backend)({ ...inputs }, attributes) : averagePoolGradient(backend, pooling, inputs.dy);
      }),
    ),
  ];
}

type Pool = (backend: OnednnBackend, pooling: Pooling, x: TensorInfo) => TensorInfo;

function poolKernel(backend: OnednnBackend, name: string, kind: Pooling["kind"], pool: Pool): Kernel {
  return kernel<{ x: TensorInfo }, PoolingAttributes>(name, ({ x }, attributes) => {
    const pooling = poolingOf(kind, x, floatTypeOf(backend.dataOf(x)), attributes);
    return pooling === undefined ? stock(name, backend)({ x }, attributes) : pool(backend, pooling, x);
  });
}

function averagePool(backend: OnednnBackend, pooling: Pooling, x: TensorInfo): TensorInfo {
  const y = backend.output(pooling.y, pooling.type);
  backend.runtime.run(poolingPrimitive(backend.runtime, pooling, false), [
    [ARGUMENT.source, backend.dataOf(x).block(pooling.type)],
    [ARGUMENT.destination, y.data.block()],
  ]);
  return y.info;
}

function averagePoolGradient(backend: OnednnBackend, pooling: Pooling, dy: TensorInfo): TensorInfo {
  const dx = backend.output(pooling.x, pooling.type);
  backend.runtime.run(poolingGradientPrimitive(backend.runtime, pooling), [
    [ARGUMENT.destinationGradient, backend.dataOf(dy).block(pooling.type)],
    [ARGUMENT.sourceGradient, dx.data.block()],
  ]);
  return dx.info;
}
