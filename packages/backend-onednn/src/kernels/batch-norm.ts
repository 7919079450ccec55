import { KERNELS } from "@ssl3d/nn";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { ARGUMENT } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { floatTypeOf, kernel, type Kernel } from "./kernel.js";
import { normalisationGradientPrimitive, normalisationPrimitive, sizesOf, type Backward, type Forward } from "./normalisation-primitives.js";

interface Given extends Forward {
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
}

interface Attributes {
  readonly epsilon: number;
}

/** Batch normalisation, in training and with given statistics, and its gradient. */
export function batchNormKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<Forward, Attributes>(KERNELS.batchNorm, (inputs, { epsilon }) => {
      const statistics = inputs.scale.shape;
      const [mean, variance] = [backend.output(statistics), backend.output(statistics)];
      const y = normalise(backend, { ...inputs, mean: mean.info, variance: variance.info }, epsilon, false);
      return [y, mean.info, variance.info];
    }),
    kernel<Given, Attributes>(KERNELS.batchNormInference, (inputs, { epsilon }) => normalise(backend, inputs, epsilon, true)),
    kernel<Backward, Attributes>(KERNELS.batchNormGrad, (inputs, { epsilon }) => gradient(backend, inputs, epsilon)),
  ];
}

function normalise(backend: OnednnBackend, { x, scale, offset, mean, variance }: Given, epsilon: number, given: boolean): TensorInfo {
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const y = backend.output(x.shape, type);
  backend.runtime.run(normalisationPrimitive(backend.runtime, { type, ...sizesOf(x.shape), epsilon, given }), [
    [ARGUMENT.source, source.block(type)],
    [ARGUMENT.scale, backend.dataOf(scale).block("float32")],
    [ARGUMENT.shift, backend.dataOf(offset).block("float32")],
    [ARGUMENT.mean, backend.dataOf(mean).block("float32")],
    [ARGUMENT.variance, backend.dataOf(variance).block("float32")],
    [ARGUMENT.destination, y.data.block()],
  ]);
  return y.info;
}

function gradient(backend: OnednnBackend, { x, dy, mean, variance, scale }: Backward, epsilon: number): TensorInfo[] {
  const source = backend.dataOf(x);
  const type = floatTypeOf(source);
  const [dx, dscale, doffset] = [backend.output(x.shape, type), backend.output(scale.shape), backend.output(scale.shape)];
  backend.runtime.run(normalisationGradientPrimitive(backend.runtime, { type, ...sizesOf(x.shape), epsilon, given: false }), [
    [ARGUMENT.source, source.block(type)],
    [ARGUMENT.destinationGradient, backend.dataOf(dy).block(type)],
    [ARGUMENT.mean, backend.dataOf(mean).block("float32")],
    [ARGUMENT.variance, backend.dataOf(variance).block("float32")],
    [ARGUMENT.scale, backend.dataOf(scale).block("float32")],
    [ARGUMENT.sourceGradient, dx.data.block()],
    [ARGUMENT.scaleGradient, dscale.data.block()],
    [ARGUMENT.shiftGradient, doffset.data.block()],
  ]);
  return [dx.info, dscale.info, doffset.info];
}
