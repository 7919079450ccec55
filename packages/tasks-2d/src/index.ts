export { as2d } from "./as-2d.js";
export * from "./encoders.js";
export {
  densenetOptions,
  encoder2dOptions,
  inceptionOptions,
  resnetOptions,
  type DensenetOptions,
  type Encoder2dOptions,
  type InceptionOptions,
  type Pooling,
  type ResnetOptions,
} from "./options.js";
export { densenet, type DensenetShape } from "./networks/densenet.js";
export { resnet, resnetStages, type ResnetShape } from "./networks/resnet.js";
export { inceptionResnetV2 as inceptionResnetV2Network } from "./networks/inception-resnet-v2.js";
export { inceptionV3 as inceptionV3Network } from "./networks/inception-v3.js";
export { kerasOrder as layerOrder } from "./networks/keras-order.js";
export { countParameters, type NetworkGraph, type NetworkNode, type Operation, type Padding } from "./networks/network-graph.js";
export * from "./tasks.js";
