import { getKernel, registerKernel, type DataType, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";

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

/** Whether a backend has a kernel; tfjs' types do not say that it may not. */
export function hasKernel(kernelName: string, backendName: string): boolean {
  return (getKernel(kernelName, backendName) as unknown) !== undefined;
}

/** What is used of tfjs' KernelBackend. */
interface HostMemory {
  readSync(dataId: object): Float32Array;
  write(values: Float32Array, shape: number[], dtype: DataType): object;
}

const adamUpdate: KernelFunc = ({ inputs, attrs, backend }) => {
  const { rate, beta1, beta2, epsilon, decay } = attrs as unknown as AdamAttributes;
  const host = backend as unknown as HostMemory;
  const weight = read(host, inputs["weight"]!);
  const gradient = read(host, inputs["gradient"]!);
  const [m, v] = [read(host, inputs["m"]!), read(host, inputs["v"]!)];
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
  return write(host, inputs["weight"]!.shape, [nextWeight, nextM, nextV]);
};

const sgdUpdate: KernelFunc = ({ inputs, attrs, backend }) => {
  const { learningRate, momentum, nesterov } = attrs as unknown as SgdAttributes;
  const host = backend as unknown as HostMemory;
  const weight = read(host, inputs["weight"]!);
  const gradient = read(host, inputs["gradient"]!);
  const velocity = read(host, inputs["velocity"]!);
  const size = weight.length;
  const [nextWeight, nextVelocity] = [new Float32Array(size), new Float32Array(size)];
  for (let i = 0; i < size; i++) {
    const change = -learningRate * gradient[i]!;
    const speed = momentum * velocity[i]! + change;
    nextVelocity[i] = speed;
    nextWeight[i] = weight[i]! + (nesterov ? momentum * speed + change : speed);
  }
  return write(host, inputs["weight"]!.shape, [nextWeight, nextVelocity]);
};

function read(backend: HostMemory, { dataId }: TensorInfo): Float32Array {
  return backend.readSync(dataId);
}

function write(backend: HostMemory, shape: number[], results: readonly Float32Array[]): TensorInfo[] {
  const dtype: DataType = "float32";
  return results.map((values) => ({ dataId: backend.write(values, shape, dtype), shape, dtype }));
}
