export { linkTensorflow, type LinkedAddon, type LinkRequest } from "./link/link-tensorflow.js";
export type { TensorflowOptions } from "./options.js";
export { tensorflow, tensorflowGpu } from "./plugin.js";
