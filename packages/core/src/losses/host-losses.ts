import { registerKernel, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { hasKernel, readHost, writeHost } from "../engine-kernels.js";
import { LOSS_KERNELS } from "./loss-kernels.js";
import { differentiateDiceCrossEntropy, measureDiceCrossEntropy } from "./measure-dice-cross-entropy.js";

/**
 * Registers plain loops as the loss kernels of a backend, where it has none of its own. They pay where tensors are typed
 * arrays in the processor's memory. The losses do it for tfjs' `cpu` backend; an engine built on that backend under another
 * name calls it on activation.
 */
export function registerHostLosses(backendName: string): void {
  const kernels: [string, KernelFunc][] = [
    [LOSS_KERNELS.diceCrossEntropy, diceCrossEntropy],
    [LOSS_KERNELS.diceCrossEntropyGrad, diceCrossEntropyGrad],
  ];
  for (const [kernelName, kernelFunc] of kernels) {
    if (!hasKernel(kernelName, backendName)) registerKernel({ kernelName, backendName, kernelFunc });
  }
}

const diceCrossEntropy: KernelFunc = ({ inputs, backend }) => {
  const { truth, logits } = inputs as { truth: TensorInfo; logits: TensorInfo };
  const [classes = 1] = logits.shape.slice(-1);
  const { loss, dice, probabilities, sums } = measureDiceCrossEntropy(readHost(backend, truth), readHost(backend, logits), classes);
  return [
    writeHost(backend, [], Float32Array.of(loss)),
    writeHost(backend, [classes], dice),
    writeHost(backend, logits.shape, probabilities),
    writeHost(backend, [2, classes], Float32Array.from(sums)),
  ];
};

const diceCrossEntropyGrad: KernelFunc = ({ inputs, backend }) => {
  const read = (name: string): Float32Array => readHost(backend, inputs[name]!);
  const gradient = new Float32Array(read("probabilities").length);
  differentiateDiceCrossEntropy(
    { truth: read("truth"), probabilities: read("probabilities"), sums: read("sums") },
    read("dy")[0]!,
    gradient,
  );
  return writeHost(backend, inputs["probabilities"]!.shape, gradient);
};
