import { differentiateDiceCrossEntropy, LOSS_KERNELS, measureDiceCrossEntropy } from "@ssl3d/core";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap.js";
import { kernel, type Kernel } from "./kernel.js";

/** core's segmentation loss, its loops in place on the heap. */
export function lossKernels(heap: Heap): Kernel[] {
  const values = (tensor: TensorInfo): Float32Array => heap.floats(heap.address(tensor), util.sizeFromShape(tensor.shape));
  return [
    kernel(LOSS_KERNELS.diceCrossEntropy, ({ truth, logits }: { truth: TensorInfo; logits: TensorInfo }) => {
      const classes = logits.shape.at(-1);
      const [loss, dice] = [heap.output([]), heap.output([classes])];
      const [probabilities, sums] = [heap.output(logits.shape), heap.output([2, classes])];
      const measured = measureDiceCrossEntropy(values(truth), values(logits), classes, values(probabilities));
      values(loss)[0] = measured.loss;
      values(dice).set(measured.dice);
      values(sums).set(measured.sums);
      return [loss, dice, probabilities, sums];
    }),
    kernel(
      LOSS_KERNELS.diceCrossEntropyGrad,
      ({ truth, probabilities, sums, dy }: Record<"truth" | "probabilities" | "sums" | "dy", TensorInfo>) => {
        const gradient = heap.output(probabilities.shape);
        const firstPass = { truth: values(truth), probabilities: values(probabilities), sums: values(sums) };
        differentiateDiceCrossEntropy(firstPass, values(dy)[0]!, values(gradient));
        return [gradient];
      },
    ),
  ];
}
