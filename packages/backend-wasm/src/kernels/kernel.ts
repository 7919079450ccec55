import type { KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";

/** A tfjs kernel of this engine. */
export interface Kernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** Names a kernel's inputs and attributes, which tfjs passes untyped. */
export function kernel<Inputs, Attributes>(
  kernelName: string,
  run: (inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
): Kernel {
  const kernelFunc: KernelFunc = ({ inputs, attrs }: { inputs: NamedTensorInfoMap; attrs?: NamedAttrMap }) =>
    run(inputs as Inputs, attrs as Attributes);
  return { kernelName, kernelFunc };
}
