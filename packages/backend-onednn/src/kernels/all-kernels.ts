import type { Kernels } from "./kernel.js";
import { batchNormKernels } from "./batch-norm.js";
import { biasKernels } from "./bias.js";
import { convolutionKernels } from "./convolution.js";
import { dropoutKernels } from "./dropout.js";
import { globalPoolKernels } from "./global-pool.js";
import { groupNormKernels } from "./group-norm.js";
import { maxPoolGradientKernels } from "./max-pool-gradient.js";
import { gruKernels } from "./gru.js";
import { matrixKernels } from "./matrix.js";
import { movementKernels } from "./movement.js";
import { segmentationLossKernels } from "./segmentation-loss.js";
import { softmaxKernels } from "./softmax.js";
import { poolingKernels } from "./pooling.js";
import { binaryKernels } from "./binary.js";
import { reductionKernels } from "./reduction.js";
import { unaryKernels } from "./unary.js";
import { updateKernels } from "./updates.js";
import { upsampleKernels } from "./upsample.js";

/** Every kernel of this engine; what it lacks is tfjs' own. */
export const kernelsOf: Kernels = (backend) =>
  [
    biasKernels,
    reductionKernels,
    binaryKernels,
    unaryKernels,
    updateKernels,
    convolutionKernels,
    gruKernels,
    matrixKernels,
    movementKernels,
    segmentationLossKernels,
    softmaxKernels,
    batchNormKernels,
    groupNormKernels,
    poolingKernels,
    maxPoolGradientKernels,
    upsampleKernels,
    dropoutKernels,
    globalPoolKernels,
  ].flatMap((kernels) => kernels(backend));
