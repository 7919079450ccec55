import type { Kernels } from "./kernel.js";
import { convolutionKernels } from "./convolution.js";

/** Every kernel of this engine; what it lacks is tfjs' own. */
export const kernelsOf: Kernels = (backend) => [convolutionKernels].flatMap((kernels) => kernels(backend));
