export { cpc, type CpcExample } from "./cpc.js";
export { LEAST_PATCHES_PER_SIDE, PUBLISHED_PATCHES, cpcOptions, patchOptions, type CpcInput, type CpcOptions, type PatchOptions } from "./options.js";
export { OUTSIDE, predictionGrid, type PredictionGrid } from "./prediction-grid.js";
export { drawOtherColumns } from "./other-columns.js";
export { cropAndPad, cutPatches, predictionPatchGrid, shareOf } from "./cut-patches.js";
export { createPredictiveNetwork, type PredictiveNetwork, type PredictiveNetworkRequest } from "./predictive-network.js";
export { infoNce, pairLogits, pairLoss, type ContrastiveLoss } from "./contrastive-losses.js";
