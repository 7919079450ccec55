import { z } from "zod";
import { defineKey, type OriginalKey } from "./original-key.js";
import type { OriginalValues } from "./original-values.js";

/** The original's names of 2D encoders (those of Keras), and the plugins' here. */
const ENCODERS: Readonly<Record<string, string>> = {
  DenseNet121: "densenet-121",
  InceptionV3: "inception-v3",
  InceptionResNetV2: "inception-resnet-v2",
  ResNet50: "resnet-50",
  ResNet50V2: "resnet-50-v2",
  ResNet101: "resnet-101",
  ResNet101V2: "resnet-101-v2",
  ResNet152: "resnet-152",
};

const POOLINGS = { max: "max", avg: "average", none: "none" } as const;

/** Only the U-Net has these settings. */
const besideKerasNetwork = ({ encoder_architecture: name }: OriginalValues): string | undefined =>
  name === null ? undefined : `${name} has no such setting`;

/** Part of the encoder's options where the encoder is the U-Net. */
function ofUnet({ encoder_architecture: name }: OriginalValues, options: Readonly<Record<string, unknown>>): { encoder?: { options: unknown } } {
  return name === null ? { encoder: { options } } : {};
}

/** Keys that choose the encoder. */
export const ENCODER_KEYS: readonly OriginalKey[] = [
  defineKey("encoder_architecture", {
    type: z.enum(Object.keys(ENCODERS)).nullable().describe("A 2D network of Keras, or null for the U-Net encoder"),
    absent: () => null,
    sets: ["encoder.name"],
    rule: `null: \`unet\`; ${Object.entries(ENCODERS).map(([theirs, ours]) => `${theirs}: \`${ours}\``).join(", ")}. In 3D there is the U-Net only`,
    convert: (name) => ({ encoder: { name: name === null ? "unet" : ENCODERS[name] } }),
  }),
  defineKey("enc_filters", {
    type: z.int().positive().describe("Channels of the U-Net's first level"),
    absent: ({ rank }) => (rank === 3 ? 8 : 16),
    sets: ["encoder.options.filters"],
    rule: "U-Net only",
    convert: (filters, values) => ofUnet(values, { filters }),
    idle: besideKerasNetwork,
  }),
  defineKey("num_layers", {
    type: z.int().min(1).max(8).describe("Levels of the U-Net that are pooled"),
    absent: () => 4,
    sets: ["encoder.options.levels"],
    rule: "U-Net only",
    convert: (levels, values) => ofUnet(values, { levels }),
    idle: besideKerasNetwork,
  }),
  defineKey("pooling", {
    type: z.enum(["max", "avg", "none"]).nullable().describe("Pooling of the encoder's last layer"),
    absent: () => "max",
    sets: ["encoder.options.pooling"],
    rule: "avg: `average`; null: `none`. By 2 after the U-Net, over all places after the others",
    convert: (pooling) => ({ encoder: { options: { pooling: POOLINGS[pooling ?? "none"] } } }),
  }),
  defineKey("model_params", {
    type: z
      .strictObject({
        use_batch_norm: z.boolean().default(true),
        dropout: z.number().min(0).lt(1).default(0.5),
        dropout_change_per_layer: z.number().default(0),
      })
      .describe("Further settings of the U-Net: use_batch_norm, dropout, dropout_change_per_layer"),
    absent: () => ({ use_batch_norm: true, dropout: 0.5, dropout_change_per_layer: 0 }),
    sets: ["encoder.options.batchNorm", "encoder.options.dropout", "encoder.options.dropoutChangePerLevel"],
    rule: "in this order; U-Net only",
    convert: ({ use_batch_norm: batchNorm, dropout, dropout_change_per_layer: dropoutChangePerLevel }, values) =>
      ofUnet(values, { batchNorm, dropout, dropoutChangePerLevel }),
    idle: besideKerasNetwork,
  }),
];
