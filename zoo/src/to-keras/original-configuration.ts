import type { EncoderContract, PartDescription } from "@ssl3d/core";
import type { FolderContent } from "./folder-content.js";
import { globalPooling, ORIGINAL_TASKS, taskName, topArchitecture } from "./require-representable.js";

const KERAS_CLASSES: Readonly<Record<string, string>> = {
  "densenet-121": "DenseNet121",
  "resnet-50": "ResNet50",
  "resnet-101": "ResNet101",
  "resnet-152": "ResNet152",
  "resnet-50-v2": "ResNet50V2",
  "resnet-101-v2": "ResNet101V2",
  "inception-v3": "InceptionV3",
  "inception-resnet-v2": "InceptionResNetV2",
};
const POOLINGS: Readonly<Record<string, string | null>> = { max: "max", average: "avg", none: null };

/**
 * The keys of a configuration of the original with which it builds the network that a file holds; keys that decide nothing about the
 * network are left out.
 */
export function originalConfiguration({ contract, part }: Pick<FolderContent, "contract" | "part">): Readonly<Record<string, unknown>> {
  if (contract === undefined) return {};
  const task = part?.plugin === "task" ? taskName(part.name) : undefined;
  const isKnown = task !== undefined || contract.unknown?.includes("patchSize") !== true;
  const [side] = part?.inputSize.length ? part.inputSize : contract.patchSize;
  return {
    ...(task !== undefined && ORIGINAL_TASKS.includes(task) && { algorithm: task }),
    ...(isKnown && { data_dim: side }),
    data_is_3D: contract.rank === 3,
    number_channels: contract.inputChannels.length,
    ...encoderKeys(contract, part),
    ...(part?.plugin === "task" && taskKeys(task!, part)),
    ...(part?.plugin === "head" && part.name === "segmentation" && { num_classes: (part.options["labelValues"] as readonly number[]).length }),
  };
}

function encoderKeys({ architecture: { name, options } }: EncoderContract, part: FolderContent["part"]): Readonly<Record<string, unknown>> {
  if (name !== "unet") {
    const pooling = part?.plugin === "head" ? globalPooling(options, part.options) : String(options["pooling"]);
    return { ...(KERAS_CLASSES[name] !== undefined && { encoder_architecture: KERAS_CLASSES[name] }), pooling: POOLINGS[pooling] };
  }
  const { filters, levels, pooling, batchNorm, dropout, dropoutChangePerLevel } = options;
  return {
    enc_filters: filters,
    num_layers: levels,
    pooling: POOLINGS[String(pooling)],
    model_params: { use_batch_norm: batchNorm, dropout, dropout_change_per_layer: dropoutChangePerLevel },
  };
}

function taskKeys(task: string, { options }: PartDescription): Readonly<Record<string, unknown>> {
  const { patchesPerSide, patchJitter, codeSize } = options;
  const top = topArchitecture(options);
  return {
    ...(patchesPerSide !== undefined && patchesPerSide !== null && { patches_per_side: patchesPerSide }),
    ...(patchJitter !== undefined && { patch_jitter: patchJitter }),
    ...(codeSize !== undefined && { code_size: codeSize }),
    ...(["rotation", "rpl", "jigsaw"].includes(task) && top !== undefined && { top_architecture: top === "null" ? null : top }),
  };
}
