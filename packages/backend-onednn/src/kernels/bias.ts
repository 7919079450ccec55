import { KERNELS } from "@ssl3d/nn";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { gradientFromResult, isLarge } from "./elementwise.js";
import { kernel, type Kernel } from "./kernel.js";
import { sumRows } from "./reduction-sums.js";

/** What a bias and the ReLU behind it receive backward. */
export function biasKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<{ dy: TensorInfo }, object>(KERNELS.biasGrad, ({ dy }) => [sumPerChannel(backend, dy)]),
    kernel<{ dy: TensorInfo; y: TensorInfo }, object>(KERNELS.reluBiasGrad, ({ dy, y }) => {
      const dz = reluGradient(backend, dy, y);
      return [dz, sumPerChannel(backend, dz)];
    }),
  ];
}

/** dy where y > 0, else 0. */
function reluGradient(backend: OnednnBackend, dy: TensorInfo, y: TensorInfo): TensorInfo {
  return (isLarge(y) ? gradientFromResult(backend, dy, y, "reluFromResult") : undefined) ?? maskPositive(backend, dy, y);
}

function maskPositive(backend: OnednnBackend, dy: TensorInfo, y: TensorInfo): TensorInfo {
  const [gradients, results] = [dy, y].map((tensor) => backend.dataOf(tensor).values as Float32Array) as [Float32Array, Float32Array];
  return backend.makeTensorInfo(dy.shape, "float32", gradients.map((gradient, i) => (results[i]! > 0 ? gradient : 0)));
}

/** Sum of dy [..., channels] over all axes but the last. */
function sumPerChannel(backend: OnednnBackend, dy: TensorInfo): TensorInfo {
  const channels = dy.shape[dy.shape.length - 1]!;
  const rows = util.sizeFromShape(dy.shape) / channels;
  const data = backend.dataOf(dy);
  const sum = isLarge(dy) ? sumRows(backend, data, { outer: 1, rows, channels }, [channels]) : undefined;
  if (sum !== undefined) return sum;
  const totals = new Float64Array(channels);
  (data.values as Float32Array).forEach((value, i) => (totals[i % channels]! += value));
  return backend.makeTensorInfo([channels], "float32", Float32Array.from(totals));
}
