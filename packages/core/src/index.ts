export * from "./contract/volume.js";
export * from "./contract/network.js";
export * from "./contract/plugins.js";
export * from "./errors.js";
export * from "./gradients.js";
export * from "./random.js";
