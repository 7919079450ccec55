export { masked, type MaskedExample } from "./masked.js";
export { maskedOptions, type MaskedInput, type MaskedOptions } from "./options.js";
export { hideBlocks, type HiddenBlocks } from "./hide-blocks.js";
export { scoreReconstruction, type ReconstructionScore } from "./reconstruction.js";
