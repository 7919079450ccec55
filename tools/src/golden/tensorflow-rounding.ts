import { KERNELS } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { tiedMaxima } from "./tied-maxima.js";

/** The part of the cpu backend that kernels use. */
interface CpuBackend {
  readonly data: { get(id: object): { readonly values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): TensorInfo;
}

const { fround } = Math;

/**
 * TensorFlow sums batch statistics one by one in float32, and differentiates mean and variance term by term. Over
 * thousands of voxels that strays from the exact sums by more than the tolerance, and moves ReLUs and tied maxima across
 * their thresholds. These kernels round as TensorFlow did when the goldens were made; the formulas are the library's own.
 */
const kernels: readonly KernelConfig[] = [
  tiedMaxima,
  {
    kernelName: KERNELS.batchNorm,
    backendName: "cpu",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, scale, offset } = inputs as { x: TensorInfo; scale: TensorInfo; offset: TensorInfo };
      const cpu = backend as CpuBackend;
      const [values, gamma, beta] = [x, scale, offset].map((info) => cpu.data.get(info.dataId).values) as [Float32Array, Float32Array, Float32Array];
      const c = gamma.length;
      const n = values.length / c;
      const mean = sums(values.length, c, (i) => values[i] as number).map((sum) => fround(sum / n));
      const variance = sums(values.length, c, (i) => {
        const centred = fround((values[i] as number) - (mean[i % c] as number));
        return fround(centred * centred);
      }).map((sum) => fround(sum / n));
      const factor = inverse(variance, attrs as { epsilon: number }).map((r, k) => fround(r * (gamma[k] as number)));
      const shift = factor.map((f, k) => fround((beta[k] as number) - fround((mean[k] as number) * f)));
      const y = values.map((value, i) => fround(fround(value * (factor[i % c] as number)) + (shift[i % c] as number)));
      return [
        cpu.makeTensorInfo(x.shape, "float32", y),
        cpu.makeTensorInfo([c], "float32", mean),
        cpu.makeTensorInfo([c], "float32", variance),
      ];
    },
  },
  {
    kernelName: KERNELS.batchNormGrad,
    backendName: "cpu",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const infos = inputs as Record<"x" | "dy" | "mean" | "variance" | "scale", TensorInfo>;
      const cpu = backend as CpuBackend;
      const read = (info: TensorInfo): Float32Array => cpu.data.get(info.dataId).values;
      const [values, dy, mean, gamma] = [read(infos.x), read(infos.dy), read(infos.mean), read(infos.scale)];
      const c = gamma.length;
      const n = values.length / c;
      const r = inverse(read(infos.variance), attrs as { epsilon: number });
      const doffset = sums(dy.length, c, (i) => dy[i] as number);
      const products = sums(dy.length, c, (i) => fround((dy[i] as number) * (values[i] as number)));
      const dfactor = products.map((sum, k) => fround(sum - fround((doffset[k] as number) * (mean[k] as number))));
      const dscale = dfactor.map((d, k) => fround(d * (r[k] as number)));
      const factor = r.map((value, k) => fround(value * (gamma[k] as number)));
      const dmean = doffset.map((sum, k) => fround(fround(-sum * (factor[k] as number)) / n));
      const dvariance = dfactor.map((d, k) => {
        const root = r[k] as number;
        return fround(fround(fround(d * (gamma[k] as number)) * fround(-0.5 * fround(root * fround(root * root)))) / n);
      });
      const dx = dy.map((value, i) => {
        const k = i % c;
        const centred = fround((values[i] as number) - (mean[k] as number));
        const spread = fround(fround(2 * (dvariance[k] as number)) * centred);
        return fround(fround(fround(value * (factor[k] as number)) + (dmean[k] as number)) + spread);
      });
      return [
        cpu.makeTensorInfo(infos.x.shape, "float32", dx),
        cpu.makeTensorInfo([c], "float32", dscale),
        cpu.makeTensorInfo([c], "float32", doffset),
      ];
    },
  },
];

/** Sums per channel, one voxel after the other. */
function sums(length: number, channels: number, term: (index: number) => number): Float32Array {
  const totals = new Float32Array(channels);
  for (let i = 0; i < length; i++) totals[i % channels] = (totals[i % channels] as number) + term(i);
  return totals;
}

function inverse(variance: Float32Array, { epsilon }: { readonly epsilon: number }): Float32Array {
  return variance.map((value) => 1 / Math.sqrt(fround(value + fround(epsilon))));
}

/** Runs something while batch normalisation of volumes rounds as TensorFlow's. Needs the cpu backend. */
export async function withTensorFlowRounding<Result>(run: () => Promise<Result>): Promise<Result> {
  for (const kernel of kernels) tf.registerKernel(kernel);
  try {
    return await run();
  } finally {
    for (const { kernelName, backendName } of kernels) tf.unregisterKernel(kernelName, backendName);
  }
}
