import { getKernel, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";

/** Whether a backend has a kernel; tfjs' types do not say that it may not. */
export function hasKernel(kernelName: string, backendName: string): boolean {
  return (getKernel(kernelName, backendName) as unknown) !== undefined;
}

/** What is used of tfjs' KernelBackend. */
interface HostMemory {
  readSync(dataId: object): Float32Array;
  write(values: Float32Array, shape: number[], dtype: DataType): object;
}

/** The values of a float32 tensor, as a kernel reads them on a backend whose tensors are the processor's memory. */
export function readHost(backend: unknown, { dataId }: TensorInfo): Float32Array {
  return (backend as HostMemory).readSync(dataId);
}

/** A new float32 tensor of such a backend, which takes over the array. */
export function writeHost(backend: unknown, shape: number[], values: Float32Array): TensorInfo {
  return { dataId: (backend as HostMemory).write(values, shape, "float32"), shape, dtype: "float32" };
}
