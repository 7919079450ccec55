import { registerKernel, type KernelFunc } from "@tensorflow/tfjs-core";
import { hasKernel, readHost, writeHost } from "../engine-kernels.js";

/**
 * Kernels that make an optimiser's update of one weight in one pass. An engine registers them with tfjs' `registerKernel`;
 * without them an update runs as a composition of a dozen stock operations. All tensors are float32 and of one shape.
 */
export const UPDATE_KERNELS = {
  /**
   * {weight, gradient, m, v} + {rate, beta1, beta2, epsilon, decay} -> [weight, m, v]:
   * m += (1 - beta1) (gradient - m); v += (1 - beta2) (gradient^2 - v); weight = decay weight - rate m / (sqrt(v) + epsilon)
   */
  adam: "Ssl3dAdamUpdate",
  /**
   * {weight, gradient, velocity} + {learningRate, momentum, nesterov} -> [weight, velocity]:
   * velocity = momentum velocity - learningRate gradient; weight += velocity, or momentum velocity - learningRate gradient
   */
  sgd: "Ssl3dSgdUpdate",
} as const;

/** What the kernels are told. */
export interface AdamAttributes {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Factor on the weight: 1 is no weight decay. */
  readonly decay: number;
}

/** See {@link UPDATE_KERNELS}. */
export interface SgdAttributes {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * Registers plain loops as the update kernels of a backend, where it has none of its own. They pay where tensors are typed
 * arrays: on tfjs' `cpu` backend an update takes a 25th of the composition's time, on `wasm` it takes the same. The
 * optimiser does it for `cpu`; an engine built on that backend under another name calls it on activation.
 */
export function registerHostUpdates(backendName: string): void {
  const kernels: [string, KernelFunc][] = [
    [UPDATE_KERNELS.adam, adamUpdate],
    [UPDATE_KERNELS.sgd, sgdUpdate],
  ];
  for (const [kernelName, kernelFunc] of kernels) {
    if (!hasKernel(kernelName, backendName)) registerKernel({ kernelName, backendName, kernelFunc });
  }
}

const adamUpdate: KernelFunc = ({ inputs, attrs, backend }) => {
  const { rate, beta1, beta2, epsilon, decay } = attrs as unknown as AdamAttributes;
  const weight = readHost(backend, inputs["weight"]!);
  const gradient = readHost(backend, inputs["gradient"]!);
  const [m, v] = [readHost(backend, inputs["m"]!), readHost(backend, inputs["v"]!)];
  const size = weight.length;
  const [nextWeight, nextM, nextV] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  for (let i = 0; i < size; i++) {
    const g = gradient[i]!;
    const mean = m[i]! + (1 - beta1) * (g - m[i]!);
    const square = v[i]! + (1 - beta2) * (g * g - v[i]!);
    nextM[i] = mean;
    nextV[i] = square;
    nextWeight[i] = decay * weight[i]! - (rate * mean) / (Math.sqrt(square) + epsilon);
  }
  return [nextWeight, nextM, nextV].map((values) => writeHost(backend, inputs["weight"]!.shape, values));
};

const sgdUpdate: KernelFunc = ({ inputs, attrs, backend }) => {
  const { learningRate, momentum, nesterov } = attrs as unknown as SgdAttributes;
  const weight = readHost(backend, inputs["weight"]!);
  const gradient = readHost(backend, inputs["gradient"]!);
  const velocity = readHost(backend, inputs["velocity"]!);
  const size = weight.length;
  const [nextWeight, nextVelocity] = [new Float32Array(size), new Float32Array(size)];
  for (let i = 0; i < size; i++) {
    const change = -learningRate * gradient[i]!;
    const speed = momentum * velocity[i]! + change;
    nextVelocity[i] = speed;
    nextWeight[i] = weight[i]! + (nesterov ? momentum * speed + change : speed);
  }
  return [nextWeight, nextVelocity].map((values) => writeHost(backend, inputs["weight"]!.shape, values));
};
