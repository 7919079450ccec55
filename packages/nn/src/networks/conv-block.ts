import type { Random, Rank } from "@ssl3d/core";
import { createBatchNorm } from "../layers/batch-norm-layer.js";
import { createConv } from "../layers/conv-layer.js";
import { createDropout } from "../layers/dropout-layer.js";
import { createSequence, type Layer } from "../layers/layer.js";

/** What a convolution block is built from. */
export interface ConvBlockOptions {
  /** Prefix of the weights' names. */
  readonly name: string;
  readonly rank: Rank;
  readonly inputChannels: number;
  readonly filters: number;
  readonly batchNorm: boolean;
  /** Rate of the dropout between the two convolutions; none where it is 0 or less. */
  readonly dropout: number;
  readonly random: Random;
}

/** The original's block: convolution, ReLU, batch normalisation, dropout, convolution, ReLU, batch normalisation. */
export function createConvBlock(options: ConvBlockOptions): Layer {
  const { name, rank, inputChannels, filters, batchNorm, dropout, random } = options;
  const half = (part: string, channels: number): Layer[] => [
    createConv({ name: `${name}/conv${part}`, rank, inputChannels: channels, filters, activation: "relu", random: random.split(`conv${part}`) }),
    ...(batchNorm ? [createBatchNorm({ name: `${name}/norm${part}`, channels: filters })] : []),
  ];
  return createSequence([
    ...half("1", inputChannels),
    ...(dropout > 0 ? [createDropout(dropout)] : []),
    ...half("2", filters),
  ]);
}
