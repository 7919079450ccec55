import { defineBackend, type BackendPlugin } from "@ssl3d/core";
import { activate } from "./activate.js";
import { optionsSchema, type TensorflowOptions } from "./options.js";
import { chooseAddon } from "./status.js";

/** TensorFlow on an NVIDIA GPU, through @tensorflow/tfjs-node-gpu where that is installed. Goes before the native CPU engine. */
export const tensorflowGpu: BackendPlugin<"tensorflow-gpu", TensorflowOptions> = defineBackend({
  name: "tensorflow-gpu",
  summary: "TensorFlow on an NVIDIA GPU, where @tensorflow/tfjs-node-gpu is installed",
  ranks: [2, 3],
  options: optionsSchema,
  priority: 60,
  probe: () => Promise.resolve(chooseAddon("gpu").status),
  activate: (options) => activate("gpu", options),
});

/** TensorFlow on the processor, through @tensorflow/tfjs-node where that is installed. Goes after the native CPU engine. */
export const tensorflow: BackendPlugin<"tensorflow", TensorflowOptions> = defineBackend({
  name: "tensorflow",
  summary: "TensorFlow on all cores of the processor, where @tensorflow/tfjs-node is installed",
  ranks: [2, 3],
  options: optionsSchema,
  priority: 30,
  probe: () => Promise.resolve(chooseAddon("cpu").status),
  activate: (options) => activate("cpu", options),
});
