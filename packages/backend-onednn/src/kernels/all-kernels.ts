import type { Kernels } from "./kernel.js";
import { batchNormKernels } from "./batch-norm.js";
import { convolutionKernels } from "./convolution.js";

/** Every kernel of this engine; what it lacks is tfjs' own. */
export const kernelsOf: Kernels = (backend) =>
  [
    convolutionKernels,
    batchNormKernels,
  ].flatMap((kernels) => kernels(backend));
