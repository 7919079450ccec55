import type { BenchEngine } from "@ssl3d/node";
import { wasm } from "@ssl3d/backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Our wasm engine and tfjs' own as it comes, in one process: both share a backend, whose kernels are exchanged. (Two
 * backends would not do: tfjs' kernels keep the module of the backend that started last.)
 */
export async function createWasmEngines(): Promise<{ ours: BenchEngine; stock: BenchEngine }> {
  await import("@tensorflow/tfjs-backend-wasm");
  const stockKernels = tf.getKernelsForBackend("wasm");
  await wasm.activate({});
  const ourKernels = tf.getKernelsForBackend("wasm");
  const use = async (kernels: readonly tf.KernelConfig[]): Promise<void> => {
    await tf.setBackend("wasm");
    for (const { kernelName } of tf.getKernelsForBackend("wasm")) tf.unregisterKernel(kernelName, "wasm");
    for (const kernel of kernels) tf.registerKernel(kernel);
  };
  const engine = (name: string, kernels: readonly tf.KernelConfig[]): BenchEngine => ({
    name,
    precision: "float32",
    threads: 1,
    activate: () => use(kernels),
  });
  return { ours: engine("wasm", ourKernels), stock: engine("tfjs wasm", stockKernels) };
}
