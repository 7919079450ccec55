import { defineEncoder, type Encoder, type EncoderPlugin, type EncoderRequest } from "@ssl3d/core";
import { z } from "zod";
import { createStateless, type Layer } from "../layers/layer.js";
import { averagePool } from "../ops/average-pool.js";
import { BATCH_NORM_EPSILON } from "../ops/batch-norm.js";
import { maxPool, type Ties } from "../ops/max-pool.js";
import { createConvBlock } from "./conv-block.js";
import { createPyramidEncoder } from "./pyramid-encoder.js";

/** Options of the U-Net encoder. */
export interface UnetEncoderOptions {
  /** Channels of the first level; they double from level to level. */
  filters: number;
  /** Levels that are pooled by 2; the bottleneck comes on top (the original's `num_layers`). */
  levels: number;
  /** Pooling by 2 after the bottleneck. */
  pooling: "max" | "average" | "none";
  /** Batch normalisation after every convolution. */
  batchNorm: boolean;
  /** Added to the variance in batch normalisation. Default 1e-3, as Keras; PyTorch's is 1e-5. */
  batchNormEpsilon?: number;
  /** Dropout rate between the two convolutions of the first level, in [0, 1). */
  dropout: number;
  /** Added to the dropout rate from level to level. */
  dropoutChangePerLevel: number;
  /** Keeps only the input of each level's block for the gradient and computes the rest again: less memory, a third more time. */
  recompute: boolean;
  /** Which of several equal maxima receives a window's gradient; TensorFlow on a CPU gives it to all of them in 3D. */
  maxPoolTies: Ties;
}

/** Checks the options and fills in the defaults of the original's builder. */
export const unetEncoderOptions: z.ZodType<UnetEncoderOptions> = z.strictObject({
  filters: z.int().min(1).default(16).describe("Channels of the first level; they double from level to level"),
  levels: z.int().min(0).max(8).default(4).describe("Levels that are pooled by 2; the bottleneck comes on top"),
  pooling: z.enum(["max", "average", "none"]).default("max").describe("Pooling by 2 after the bottleneck"),
  batchNorm: z.boolean().default(true).describe("Batch normalisation after every convolution"),
  batchNormEpsilon: z.number().positive().default(BATCH_NORM_EPSILON).describe("Added to the variance in batch normalisation; PyTorch's is 1e-5"),
  dropout: z.number().min(0).lt(1).default(0.5).describe("Dropout rate between the two convolutions of the first level"),
  dropoutChangePerLevel: z.number().default(0).describe("Added to the dropout rate from level to level"),
  recompute: z.boolean().default(false).describe("Compute each level's block again for its gradient: less memory, a third more time"),
  maxPoolTies: z.enum(["first", "all"]).default("first").describe("Which of several equal maxima receives the gradient"),
});

/**
 * The original's encoder (`downconv_model`, `downconv_model_3d`): per level a block of two convolutions with ReLU and batch
 * normalisation, then max pooling by 2; a bottleneck block and a final pooling.
 *
 * `weights` come layer by layer in the order in which Keras builds them: kernel, bias, then scale, offset, moving mean,
 * moving variance of the normalisation. Keras' order for nested models is all trainable ones first, then the others.
 */
export const unetEncoder: EncoderPlugin<"unet", UnetEncoderOptions> = defineEncoder({
  name: "unet",
  summary: "U-Net encoder: convolution blocks with ReLU and batch normalisation, max pooling between levels",
  ranks: [2, 3],
  options: unetEncoderOptions,
  references: ["arXiv:1505.04597", "arXiv:1606.06650", "arXiv:2006.03829"],
  build: buildUnetEncoder,
});

function buildUnetEncoder({ rank, channels, options, random }: EncoderRequest<UnetEncoderOptions>): Encoder {
  const { filters, levels, pooling, batchNorm, batchNormEpsilon, dropout, dropoutChangePerLevel, recompute, maxPoolTies } = options;
  const stages = Array.from({ length: levels + 1 }, (_, level) => ({
    channels: filters * 2 ** level,
    stride: 2 ** level,
    before: level === 0 ? undefined : createMaxPool(maxPoolTies),
    block: createConvBlock({
      name: `level${level}`,
      rank,
      inputChannels: level === 0 ? channels : filters * 2 ** (level - 1),
      filters: filters * 2 ** level,
      batchNorm,
      batchNormEpsilon,
      dropout: dropout + level * dropoutChangePerLevel,
      recompute,
      inputGradient: level > 0,
      random: random.split(`level${level}`),
    }),
  }));
  const finalPooling = {
    max: createMaxPool(maxPoolTies),
    average: createStateless((x) => averagePool(x)),
    none: undefined,
  }[pooling];
  return createPyramidEncoder({ rank, channels, stages, finalPooling, oddSizes: "floor" });
}

function createMaxPool(ties: Ties): Layer {
  return createStateless((x) => maxPool(x, { ties }));
}
