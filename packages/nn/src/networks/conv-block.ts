import type { Random, Rank } from "@ssl3d/core";
import { createBatchNorm } from "../layers/batch-norm-layer.js";
import { createConv } from "../layers/conv-layer.js";
import { createDropout } from "../layers/dropout-layer.js";
import { createSequence, type Layer } from "../layers/layer.js";
import { createRecomputed } from "../layers/recompute.js";

/** What a convolution block is built from. */
export interface ConvBlockOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly rank: Rank;
  readonly inputChannels: number;
  readonly filters: number;
  readonly batchNorm: boolean;
  /** Added to the variance in batch normalisation. Default 1e-3, as Keras. */
  readonly batchNormEpsilon?: number | undefined;
  /** Rate of the dropout between the two convolutions; none where it is 0 or less. */
  readonly dropout: number;
  /** Keeps only the block's input for the gradient and computes the rest again. Default false. */
  readonly recompute?: boolean;
  /** Whether the block's input takes a gradient; false for images. Default true. */
  readonly inputGradient?: boolean;
  readonly random: Random;
}

/** The original's block: convolution, ReLU, batch normalisation, dropout, convolution, ReLU, batch normalisation. */
export function createConvBlock(options: ConvBlockOptions): Layer {
  const { name, rank, inputChannels, filters, batchNorm, batchNormEpsilon: epsilon, dropout, recompute = false, inputGradient = true, random } = options;
  const half = (part: string, channels: number): Layer[] => [
    createConv({ name: `${name}/conv${part}`, rank, inputChannels: channels, filters, activation: "relu", random: random.split(`conv${part}`) }),
    ...(batchNorm ? [createBatchNorm({ name: `${name}/norm${part}`, channels: filters, epsilon })] : []),
  ];
  const block = createSequence([
    ...half("1", inputChannels),
    ...(dropout > 0 ? [createDropout(dropout)] : []),
    ...half("2", filters),
  ]);
  return recompute ? createRecomputed(block, { inputGradient }) : block;
}
