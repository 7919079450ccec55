import { densenet, densenetOptions, inceptionResnetV2Network, inceptionV3Network, resnet, resnetOptions, resnetStages, type NetworkGraph } from "@ssl3d/tasks-2d";
import { otherSetting } from "../errors.js";
import type { ConfigLayer, ModelConfig } from "./model-config.js";
import { layerDifference } from "./same-layers.js";
import { PUBLISHED_RESNETS } from "./applications-structure.js";

/**
 * Holds the layers of a Keras application within a full model against ours, one for one: strides and connections do not show in
 * the shapes of weights.
 * @throws SSL3D_KERAS_SETTING_UNKNOWN
 */
export function checkApplication(label: string, config: ModelConfig, name: string, options: Readonly<Record<string, unknown>>): void {
  const layers = encoderLayers(config.layers).map(({ inbound, ...layer }) => ({ ...layer, ...((inbound.length > 0 || layer.class === "InputLayer") && { inbound }) }));
  const difference = layerDifference(graphOf(name, options), layers);
  if (difference !== undefined) throw otherSetting(label, difference.layer, difference.setting, difference.expected, difference.received);
}

/** The layers of the innermost network that has convolutions itself, up to a global pooling or what sits on it. */
function encoderLayers(layers: readonly ConfigLayer[]): readonly ConfigLayer[] {
  if (layers.some((layer) => layer.class === "Conv2D")) {
    const end = layers.findIndex((layer) => layer.layers !== undefined || /^(Global(Max|Average)Pooling2D|Flatten|Dense)$/.test(layer.class));
    return end < 0 ? layers : layers.slice(0, end);
  }
  return layers.flatMap((layer) => layer.layers ?? []).length === 0 ? [] : encoderLayers((layers.find((layer) => layer.layers !== undefined)?.layers) ?? []);
}

function graphOf(name: string, options: Readonly<Record<string, unknown>>): NetworkGraph {
  if (name === "inception-v3") return inceptionV3Network();
  if (name === "inception-resnet-v2") return inceptionResnetV2Network();
  if (name.startsWith("densenet")) return densenet(densenetOptions.parse(options));
  const [, depth, second] = /^resnet-(\d+)(-v2)?$/.exec(name) ?? [];
  if (depth === undefined) return resnet(resnetOptions.parse(options));
  return resnet({ version: second === undefined ? 1 : 2, stages: resnetStages(...PUBLISHED_RESNETS[depth]!) });
}
