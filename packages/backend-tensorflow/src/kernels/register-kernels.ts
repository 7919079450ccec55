import { getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import { BACKEND_NAME, Operations, type Kernel, type TensorflowBackend } from "../tensorflow-backend.js";
import { batchNormKernels } from "./batch-norm.js";
import { biasKernels } from "./bias.js";
import { dilatedConvolution } from "./dilated-convolution.js";
import { maxPoolGradient } from "./max-pool-gradient.js";
import { pointwiseFilterGradient } from "./pointwise-filter-gradient.js";
import { singleClassSoftmax } from "./single-class-softmax.js";

/** Backends that already carry our kernels. */
const attached = new WeakSet<TensorflowBackend>();

/**
 * Replaces or adds kernels of tfjs' "tensorflow" backend, once. On a GPU, TensorFlow gives batch normalisation's statistics in another
 * form and breaks ties of max pooling otherwise than on the processor, so there @ssl3d/nn's compositions do these.
 */
export function registerKernels(backend: TensorflowBackend): void {
  if (attached.has(backend)) return;
  attached.add(backend);
  const tensorflow = new Operations(backend);
  const kernels: Kernel[] = [...biasKernels(tensorflow), singleClassSoftmax(backend)];
  if (!backend.isUsingGpuDevice) {
    kernels.push(...batchNormKernels(tensorflow), maxPoolGradient(tensorflow), dilatedConvolution(backend), pointwiseFilterGradient(backend));
  }
  for (const { kernelName, run } of kernels) {
    if ((getKernel(kernelName, BACKEND_NAME) as unknown) != null) unregisterKernel(kernelName, BACKEND_NAME);
    registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc: ({ inputs, attrs }) => run(inputs, attrs ?? {}) });
  }
}
