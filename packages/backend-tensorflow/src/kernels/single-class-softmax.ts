import { getKernel, onesLike, Softmax, type KernelFunc, type Tensor } from "@tensorflow/tfjs-core";
import { BACKEND_NAME, kernel, type Kernel, type TensorflowBackend } from "../tensorflow-backend.js";

/** Softmax, exactly 1 over a single class: TensorFlow's is a rounding error away, and so is then its gradient from 0. */
export function singleClassSoftmax(backend: TensorflowBackend): Kernel {
  const stock: KernelFunc = getKernel(Softmax, BACKEND_NAME).kernelFunc;
  return kernel(Softmax, ({ logits }: { logits: Tensor }, attributes: { dim: number }) =>
    logits.shape[attributes.dim] === 1 ? onesLike(logits) : stock({ inputs: { logits }, attrs: attributes, backend }),
  );
}
